resource "azurerm_cognitive_account" "openai" {
  name                = "contoso-openai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azurerm_key_vault" "ai" {
  name                = "kv-contoso-ai"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  tenant_id           = "99999999-8888-7777-6666-555555555555"
  sku_name            = "standard"
}

resource "azurerm_monitor_diagnostic_setting" "vault" {
  name                       = "to-log-analytics"
  target_resource_id         = azurerm_key_vault.ai.id
  log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ops/providers/Microsoft.OperationalInsights/workspaces/contoso-logs"

  enabled_log {
    category = "AuditEvent"
  }
}
