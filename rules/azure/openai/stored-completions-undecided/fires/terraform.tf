resource "azurerm_cognitive_account" "openai" {
  name                = "contoso-openai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "OpenAI"
  sku_name            = "S0"
}
