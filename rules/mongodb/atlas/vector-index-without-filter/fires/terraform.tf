resource "mongodbatlas_search_index" "chunks" {
  project_id      = "6540f0b1c2d3e4f5a6b7c8d9"
  cluster_name    = "rag"
  database        = "handbook"
  collection_name = "chunks"
  name            = "chunks_vector"
  type            = "vectorSearch"
  fields = <<-EOF
    [{ "type": "vector", "path": "embedding", "numDimensions": 1024, "similarity": "cosine" }]
  EOF
}
