resource "azurerm_cognitive_account" "openai" {
  name                = "contoso-openai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azapi_update_resource" "settings" {
  type        = "Microsoft.CognitiveServices/accounts@2025-06-01"
  resource_id = azurerm_cognitive_account.openai.id

  body = {
    properties = {
      storedCompletionsDisabled = true
    }
  }
}
