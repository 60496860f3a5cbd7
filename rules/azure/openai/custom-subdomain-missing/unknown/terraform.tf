variable "subdomain" {
  type = string
}

resource "azurerm_cognitive_account" "openai" {
  name                  = "contoso-openai"
  location              = "swedencentral"
  resource_group_name   = "rg-ai"
  kind                  = "OpenAI"
  sku_name              = "S0"
  custom_subdomain_name = var.subdomain
}
