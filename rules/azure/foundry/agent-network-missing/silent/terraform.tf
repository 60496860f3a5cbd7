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

  network_injection {
    scenario  = "agent"
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/agents"
  }
}
