resource "azurerm_cognitive_account" "claims" {
  name                = "contoso-claims"
  location            = "swedencentral"
  resource_group_name = "rg-claims"
  kind                = "AIServices"
  sku_name            = "S0"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "claims" {
  scope                = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-claims"
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_cognitive_account.claims.identity[0].principal_id
}
