resource "azurerm_cognitive_account" "openai" {
  name                               = "contoso-openai"
  location                           = "swedencentral"
  resource_group_name                = "rg-ai"
  kind                               = "OpenAI"
  sku_name                           = "S0"
  outbound_network_access_restricted = true
  fqdns                              = ["documents.contoso.com"]
}
