resource "azurerm_resource_group" "claims" {
  name     = "rg-claims"
  location = "westeurope"
}

resource "azurerm_cognitive_account" "claims" {
  name                          = "acme-claims"
  location                      = azurerm_resource_group.claims.location
  resource_group_name           = azurerm_resource_group.claims.name
  kind                          = "OpenAI"
  sku_name                      = "S0"
  local_auth_enabled            = true
  public_network_access_enabled = true
}

resource "azurerm_cognitive_deployment" "gpt" {
  name                   = "claims-gpt"
  cognitive_account_id   = azurerm_cognitive_account.claims.id
  version_upgrade_option = "OnceNewDefaultVersionAvailable"

  model {
    format  = "OpenAI"
    name    = "gpt-5.1"
    version = "2025-11-13"
  }

  sku {
    name = "GlobalStandard"
  }
}

resource "azapi_resource" "search" {
  type      = "Microsoft.Search/searchServices@2025-05-01"
  name      = "acme-claims-search"
  parent_id = azurerm_resource_group.claims.id
  location  = azurerm_resource_group.claims.location
  body = {
    sku = { name = "standard" }
    properties = {
      publicNetworkAccess = "enabled"
      disableLocalAuth    = false
    }
  }
}
