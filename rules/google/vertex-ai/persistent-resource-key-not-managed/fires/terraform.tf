resource "google_vertex_ai_persistent_resource" "tuning" {
  name     = "tuning-pool"
  location = "europe-west4"
  resource_pools {
    machine_spec {
      machine_type = "n1-standard-4"
    }
    replica_count = 1
  }
}
