resource "azurerm_search_service" "knowledge" {
  name                                     = "contoso-search"
  location                                 = "swedencentral"
  resource_group_name                      = "rg-ai"
  sku                                      = "standard"
  customer_managed_key_enforcement_enabled = true
}
