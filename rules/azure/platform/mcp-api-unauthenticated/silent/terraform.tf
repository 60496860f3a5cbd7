resource "azurerm_api_management_api" "orders" {
  name                  = "orders-mcp"
  resource_group_name   = "rg-ai"
  api_management_name   = "contoso-apim"
  revision              = "1"
  display_name          = "Orders tools"
  path                  = "orders-mcp"
  protocols             = ["https"]
  subscription_required = false
}

resource "azurerm_api_management_api_policy" "orders" {
  api_name            = azurerm_api_management_api.orders.name
  api_management_name = "contoso-apim"
  resource_group_name = "rg-ai"

  xml_content = <<XML
  <policies>
    <inbound>
      <base />
      <validate-azure-ad-token tenant-id="99999999-8888-7777-6666-555555555555" />
    </inbound>
  </policies>
  XML
}
