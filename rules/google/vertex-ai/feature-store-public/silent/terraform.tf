resource "google_vertex_ai_feature_online_store" "vectors" {
  name   = "product_vectors"
  region = "europe-west4"
  optimized {}
  dedicated_serving_endpoint {
    private_service_connect_config {
      enable_private_service_connect = true
      project_allowlist              = ["retail-prod"]
    }
  }
}
