resource "azurerm_cognitive_account_project" "support" {
  name                 = "support"
  cognitive_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/contoso-foundry"
  location             = "swedencentral"

  identity {
    type = "SystemAssigned"
  }
}
