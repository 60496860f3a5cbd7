resource "azurerm_databricks_workspace" "ml" {
  name                = "contoso-dbw"
  location            = "swedencentral"
  resource_group_name = "rg-ml"
  sku                 = "premium"

  custom_parameters {
    no_public_ip = false
  }
}
