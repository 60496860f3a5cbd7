resource "google_vertex_ai_featurestore" "store" {
  name   = "customers"
  region = "europe-west4"
  online_serving_config {
    fixed_node_count = 2
  }
}

resource "google_vertex_ai_tensorboard" "store" {
  display_name = "tuning"
  region       = "europe-west4"
}

resource "google_vertex_ai_metadata_store" "store" {
  name   = "default"
  region = "europe-west4"
}
