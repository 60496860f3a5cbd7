variable "role" {
  type = string
}

resource "azurerm_user_assigned_identity" "app" {
  name                = "app"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
}

resource "azurerm_cognitive_account" "openai" {
  name                = "contoso-openai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azurerm_role_assignment" "app" {
  scope                = azurerm_cognitive_account.openai.id
  role_definition_name = var.role
  principal_id         = azurerm_user_assigned_identity.app.principal_id
}
