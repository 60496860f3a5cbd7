resource "azurerm_databricks_workspace" "ml" {
  name                = "contoso-dbw"
  location            = "swedencentral"
  resource_group_name = "rg-ml"
  sku                 = "premium"
}
