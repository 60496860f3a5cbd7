resource "azurerm_machine_learning_workspace" "ml" {
  name                    = "contoso-ml"
  location                = "swedencentral"
  resource_group_name     = "rg-ml"
  key_vault_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-contoso-ml"
  storage_account_id      = azurerm_storage_account.ml.id
  application_insights_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Insights/components/contoso-ml"
  high_business_impact    = true

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_storage_account" "ml" {
  name                     = "contosoml"
  location                 = "swedencentral"
  resource_group_name      = "rg-ml"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
