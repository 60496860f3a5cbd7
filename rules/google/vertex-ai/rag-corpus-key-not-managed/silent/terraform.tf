resource "google_vertex_ai_rag_corpus" "handbook" {
  display_name = "handbook"
  region       = "europe-west4"
  vector_db_config {
    rag_managed_db {
      knn {}
    }
  }
  encryption_spec {
    kms_key_name = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/models"
  }
}
