resource "azurerm_databricks_workspace" "ml" {
  name                                  = "contoso-dbw"
  location                              = "swedencentral"
  resource_group_name                   = "rg-ml"
  sku                                   = "premium"
  public_network_access_enabled         = false
  network_security_group_rules_required = "NoAzureDatabricksRules"
}
