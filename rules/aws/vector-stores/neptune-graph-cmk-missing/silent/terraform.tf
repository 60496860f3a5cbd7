resource "aws_neptunegraph_graph" "knowledge" {
  graph_name         = "knowledge"
  provisioned_memory = 16
  kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
}
