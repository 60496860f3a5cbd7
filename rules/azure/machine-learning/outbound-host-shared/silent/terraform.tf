resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "this" {
  name             = "pypi"
  workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/contoso-ml"
  destination_fqdn = "pypi.org"
}
