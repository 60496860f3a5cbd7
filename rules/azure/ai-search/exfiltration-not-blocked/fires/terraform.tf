resource "azurerm_search_service" "knowledge" {
  name                = "contoso-search"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  sku                 = "standard"
}
