variable "keys_allowed" {
  type = bool
}

resource "azurerm_search_service" "knowledge" {
  name                         = "contoso-search"
  location                     = "swedencentral"
  resource_group_name          = "rg-ai"
  sku                          = "standard"
  local_authentication_enabled = var.keys_allowed
}
