resource "google_compute_network" "models" {
  name                    = "models"
  auto_create_subnetworks = false
}

resource "google_vertex_ai_endpoint" "chat" {
  name         = "1234567890"
  display_name = "support-chat"
  location     = "europe-west4"
  network      = google_compute_network.models.id
}
