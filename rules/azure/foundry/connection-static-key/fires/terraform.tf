variable "openai_key" {
  type      = string
  sensitive = true
}

resource "azurerm_cognitive_account_connection_api_key" "openai" {
  name                 = "openai"
  cognitive_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/contoso-foundry"
  category             = "AzureOpenAI"
  target               = "https://contoso-openai.openai.azure.com/"
  api_key              = var.openai_key
}
