resource "azurerm_search_service" "knowledge" {
  name                = "contoso-search"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  sku                 = "standard"
}

resource "azapi_update_resource" "settings" {
  type        = "Microsoft.Search/searchServices@2025-05-01"
  resource_id = azurerm_search_service.knowledge.id

  body = {
    properties = {
      dataExfiltrationProtections = ["BlockAll"]
    }
  }
}
