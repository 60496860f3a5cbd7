resource "azurerm_cognitive_account" "speech" {
  name                = "contoso-speech"
  location            = "swedencentral"
  resource_group_name = "rg-ai"
  kind                = "SpeechServices"
  sku_name            = "S0"
}
