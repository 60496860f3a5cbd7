resource "azurerm_machine_learning_datastore_blobstorage" "training" {
  name                    = "training"
  workspace_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/contoso-ml"
  storage_container_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/contosodata/blobServices/default/containers/training"
  shared_access_signature = "sv=2024-11-04&ss=b&srt=co&sp=rwl&sig=contoso-example-signature"
}
