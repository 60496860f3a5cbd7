resource "azurerm_cognitive_account" "documents" {
  name                       = "contoso-documents"
  location                   = "swedencentral"
  resource_group_name        = "rg-ai"
  kind                       = "FormRecognizer"
  sku_name                   = "S0"
  dynamic_throttling_enabled = true
}
