resource "azurerm_ai_foundry" "hub" {
  name                  = "contoso-ml"
  location              = "swedencentral"
  resource_group_name   = "rg-ml"
  key_vault_id          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-contoso-ml"
  storage_account_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/contosoml"
  public_network_access = "Disabled"

  identity {
    type = "SystemAssigned"
  }
}
