resource "azurerm_api_management_backend" "openai" {
  name                = "contoso-openai"
  resource_group_name = "rg-ai"
  api_management_name = "contoso-apim"
  protocol            = "http"
  url                 = "https://contoso-openai.openai.azure.com/openai"

  credentials {
    header = {
      "api-key" = "{{openai-key}}"
    }
  }
}
