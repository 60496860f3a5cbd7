resource "azurerm_cognitive_account" "foundry" {
  name                       = "contoso-foundry"
  location                   = "swedencentral"
  resource_group_name        = "rg-ai"
  kind                       = "AIServices"
  sku_name                   = "S0"
  project_management_enabled = true
  custom_subdomain_name      = "contoso-foundry"

  identity {
    type = "SystemAssigned"
  }
}
