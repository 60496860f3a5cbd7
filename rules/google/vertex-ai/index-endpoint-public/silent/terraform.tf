resource "google_vertex_ai_index_endpoint" "search" {
  display_name = "handbook-search"
  region       = "europe-west4"
  network      = "projects/123456789012/global/networks/models"
}
