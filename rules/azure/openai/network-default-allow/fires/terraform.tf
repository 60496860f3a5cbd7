resource "azurerm_cognitive_account" "openai" {
  name                  = "contoso-openai"
  location              = "swedencentral"
  resource_group_name   = "rg-ai"
  kind                  = "OpenAI"
  sku_name              = "S0"
  custom_subdomain_name = "contoso-openai"

  network_acls {
    default_action = "Allow"
    ip_rules       = ["203.0.113.0/24"]
  }
}
