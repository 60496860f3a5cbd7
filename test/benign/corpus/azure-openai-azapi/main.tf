terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "2.7.0"
    }
  }
}

variable "resource_group_id" {
  type = string
}

variable "key_vault_uri" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "agent_subnet_id" {
  type = string
}

resource "azapi_resource" "foundry" {
  type      = "Microsoft.CognitiveServices/accounts@2025-06-01"
  name      = "foundry-research"
  parent_id = var.resource_group_id
  location  = "westeurope"

  identity {
    type = "SystemAssigned"
  }

  body = {
    kind = "AIServices"
    sku  = { name = "S0" }
    properties = {
      allowProjectManagement        = true
      customSubDomainName           = "foundry-research"
      disableLocalAuth              = true
      publicNetworkAccess           = "Disabled"
      restrictOutboundNetworkAccess = true
      allowedFqdnList               = ["stresearch.blob.core.windows.net"]
      dynamicThrottlingEnabled      = false
      storedCompletionsDisabled     = true
      networkAcls = {
        defaultAction       = "Deny"
        bypass              = "None"
        ipRules             = []
        virtualNetworkRules = []
      }
      networkInjections = [{
        scenario                   = "agent"
        subnetArmId                = var.agent_subnet_id
        useMicrosoftManagedNetwork = false
      }]
      encryption = {
        keySource = "Microsoft.KeyVault"
        keyVaultProperties = {
          keyName     = "foundry"
          keyVersion  = "1b2c3d4e5f60718293a4b5c6d7e8f901"
          keyVaultUri = var.key_vault_uri
        }
      }
    }
  }
}

resource "azapi_resource" "deployment" {
  type      = "Microsoft.CognitiveServices/accounts/deployments@2025-06-01"
  name      = "chat"
  parent_id = azapi_resource.foundry.id

  body = {
    sku = { name = "DataZoneStandard", capacity = 30 }
    properties = {
      model                = { format = "OpenAI", name = "gpt-5-mini", version = "2025-08-07" }
      raiPolicyName        = "Microsoft.DefaultV2"
      versionUpgradeOption = "NoAutoUpgrade"
    }
  }
}

resource "azapi_resource" "diagnostics" {
  type      = "Microsoft.Insights/diagnosticSettings@2021-05-01-preview"
  name      = "to-workspace"
  parent_id = azapi_resource.foundry.id

  body = {
    properties = {
      workspaceId = var.workspace_id
      logs = [
        { category = "Audit", enabled = true },
        { category = "RequestResponse", enabled = true },
      ]
    }
  }
}
