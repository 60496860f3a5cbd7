resource "azapi_resource" "this" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01"
  name      = "notebook"
  location  = "swedencentral"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/contoso-ml"

  body = {
    properties = {
      computeType = "ComputeInstance"
      properties = {
        vmSize           = "Standard_DS3_v2"
        enableRootAccess = false
      }
    }
  }
}
