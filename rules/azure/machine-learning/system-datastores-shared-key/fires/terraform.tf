resource "azurerm_machine_learning_workspace" "ml" {
  name                    = "contoso-ml"
  location                = "swedencentral"
  resource_group_name     = "rg-ml"
  key_vault_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-contoso-ml"
  storage_account_id      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/contosoml"
  application_insights_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Insights/components/contoso-ml"

  identity {
    type = "SystemAssigned"
  }
}
