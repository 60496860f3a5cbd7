terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "2.7.0"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "4.52.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "subnet_id" {
  type = string
}

variable "key_vault_key_id" {
  type = string
}

variable "workspace_id" {
  type = string
}

resource "azurerm_resource_group" "assistant" {
  name     = "rg-assistant"
  location = "swedencentral"
}

resource "azurerm_user_assigned_identity" "account" {
  name                = "id-assistant"
  location            = azurerm_resource_group.assistant.location
  resource_group_name = azurerm_resource_group.assistant.name
}

resource "azurerm_cognitive_account" "assistant" {
  name                               = "oai-assistant"
  location                           = azurerm_resource_group.assistant.location
  resource_group_name                = azurerm_resource_group.assistant.name
  kind                               = "OpenAI"
  sku_name                           = "S0"
  custom_subdomain_name              = "oai-assistant"
  local_auth_enabled                 = false
  public_network_access_enabled      = false
  outbound_network_access_restricted = true
  dynamic_throttling_enabled         = false
  fqdns                              = ["stassistant.blob.core.windows.net"]

  identity {
    type         = "SystemAssigned, UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.account.id]
  }

  customer_managed_key {
    key_vault_key_id   = var.key_vault_key_id
    identity_client_id = azurerm_user_assigned_identity.account.client_id
  }

  network_acls {
    default_action = "Deny"
    bypass         = "None"
  }
}

resource "azurerm_cognitive_account_rai_policy" "strict" {
  name                 = "strict"
  cognitive_account_id = azurerm_cognitive_account.assistant.id
  base_policy_name     = "Microsoft.DefaultV2"
  mode                 = "Blocking"

  dynamic "content_filter" {
    for_each = {
      for pair in setproduct(["Hate", "Sexual", "Violence", "Selfharm"], ["Prompt", "Completion"]) : "${pair[0]}-${pair[1]}" => pair
    }
    content {
      name               = content_filter.value[0]
      filter_enabled     = true
      block_enabled      = true
      severity_threshold = "Medium"
      source             = content_filter.value[1]
    }
  }

  content_filter {
    name               = "Jailbreak"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "High"
    source             = "Prompt"
  }

  content_filter {
    name               = "Indirect Attack"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "High"
    source             = "Prompt"
  }

  content_filter {
    name               = "Protected Material Text"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "High"
    source             = "Completion"
  }

  content_filter {
    name               = "Protected Material Code"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "High"
    source             = "Completion"
  }
}

resource "azurerm_cognitive_deployment" "chat" {
  name                   = "chat"
  cognitive_account_id   = azurerm_cognitive_account.assistant.id
  rai_policy_name        = azurerm_cognitive_account_rai_policy.strict.name
  version_upgrade_option = "NoAutoUpgrade"

  model {
    format  = "OpenAI"
    name    = "gpt-5-mini"
    version = "2025-08-07"
  }

  sku {
    name     = "Standard"
    capacity = 50
  }
}

resource "azurerm_private_endpoint" "account" {
  name                = "pe-assistant"
  location            = azurerm_resource_group.assistant.location
  resource_group_name = azurerm_resource_group.assistant.name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = "account"
    private_connection_resource_id = azurerm_cognitive_account.assistant.id
    subresource_names              = ["account"]
    is_manual_connection           = false
  }
}

resource "azurerm_monitor_diagnostic_setting" "account" {
  name                       = "to-workspace"
  target_resource_id         = azurerm_cognitive_account.assistant.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "Audit"
  }

  enabled_log {
    category = "RequestResponse"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_user_assigned_identity" "web" {
  name                = "id-web"
  location            = azurerm_resource_group.assistant.location
  resource_group_name = azurerm_resource_group.assistant.name
}

resource "azurerm_role_assignment" "web" {
  scope                = azurerm_cognitive_account.assistant.id
  role_definition_name = "Cognitive Services OpenAI User"
  principal_id         = azurerm_user_assigned_identity.web.principal_id
}

resource "azurerm_security_center_subscription_pricing" "ai" {
  tier          = "Standard"
  resource_type = "AI"

  extension {
    name = "AIPromptEvidence"
  }
}

# The account resource of azurerm has no argument for stored completions.
resource "azapi_update_resource" "stored_completions" {
  type        = "Microsoft.CognitiveServices/accounts@2025-06-01"
  resource_id = azurerm_cognitive_account.assistant.id

  body = {
    properties = {
      storedCompletionsDisabled = true
    }
  }
}
