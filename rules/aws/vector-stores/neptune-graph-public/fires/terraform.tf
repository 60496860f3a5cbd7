resource "aws_neptunegraph_graph" "knowledge" {
  graph_name          = "knowledge"
  provisioned_memory  = 16
  public_connectivity = true
}
