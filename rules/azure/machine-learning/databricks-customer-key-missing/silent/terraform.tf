resource "azurerm_databricks_workspace" "ml" {
  name                                  = "contoso-dbw"
  location                              = "swedencentral"
  resource_group_name                   = "rg-ml"
  sku                                   = "premium"
  customer_managed_key_enabled          = true
  managed_services_cmk_key_vault_key_id = "https://kv-contoso-ml.vault.azure.net/keys/databricks/00000000000000000000000000000001"
}
