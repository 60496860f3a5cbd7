resource "google_vertex_ai_feature_online_store" "vectors" {
  name   = "product_vectors"
  region = "europe-west4"
  optimized {}
}
