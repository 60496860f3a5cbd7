resource "azurerm_search_service" "knowledge" {
  name                          = "contoso-search"
  location                      = "swedencentral"
  resource_group_name           = "rg-ai"
  sku                           = "standard"
  public_network_access_enabled = false
}

resource "azurerm_private_endpoint" "this" {
  name                = "pe-ai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints"

  private_service_connection {
    name                           = "ai"
    is_manual_connection           = false
    private_connection_resource_id = azurerm_search_service.knowledge.id
    subresource_names              = ["searchService"]
  }
}
