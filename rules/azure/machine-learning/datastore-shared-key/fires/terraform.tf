variable "storage_key" {
  type      = string
  sensitive = true
}

resource "azurerm_machine_learning_datastore_blobstorage" "training" {
  name                 = "training"
  workspace_id         = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/contoso-ml"
  storage_container_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/contosodata/blobServices/default/containers/training"
  account_key          = var.storage_key
}
