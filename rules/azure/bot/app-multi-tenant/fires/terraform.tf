resource "azurerm_bot_service_azure_bot" "support" {
  name                = "contoso-support"
  resource_group_name = "rg-ai"
  location            = "global"
  sku                 = "S1"
  microsoft_app_id    = "11111111-2222-3333-4444-555555555555"
  endpoint            = "https://support.contoso.com/api/messages"
  microsoft_app_type  = "MultiTenant"
}
