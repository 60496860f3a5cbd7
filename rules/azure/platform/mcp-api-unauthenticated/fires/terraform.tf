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
