resource "google_vertex_ai_rag_corpus" "handbook" {
  display_name = "handbook"
  region       = "europe-west4"
  vector_db_config {
    rag_managed_db {
      knn {}
    }
  }
}
