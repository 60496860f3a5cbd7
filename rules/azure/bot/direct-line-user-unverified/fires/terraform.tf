resource "azurerm_bot_channel_directline" "portal" {
  bot_name            = "contoso-support"
  location            = "global"
  resource_group_name = "rg-ai"

  site {
    name                            = "portal"
    v1_allowed                      = false
  }
}
