resource "azurerm_cognitive_account" "speech" {
  name                = "contoso-speech"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "SpeechServices"
  sku_name            = "S0"

  identity {
    type = "SystemAssigned"
  }

  storage {
    storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Storage/storageAccounts/contosospeech"
  }
}
