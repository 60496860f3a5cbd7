resource "azurerm_cognitive_account" "openai" {
  name                  = "contoso-openai"
  location              = "swedencentral"
  resource_group_name   = "rg-ai"
  kind                  = "OpenAI"
  sku_name              = "S0"
  custom_subdomain_name = "contoso-openai"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_cognitive_account_customer_managed_key" "openai" {
  cognitive_account_id = azurerm_cognitive_account.openai.id
  key_vault_key_id     = "https://kv-contoso-ai.vault.azure.net/keys/openai/00000000000000000000000000000001"
}
