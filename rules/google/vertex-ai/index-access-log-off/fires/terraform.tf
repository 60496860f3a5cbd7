resource "google_vertex_ai_index_endpoint" "search" {
  display_name = "handbook-search"
  region       = "europe-west4"
  network      = "projects/123456789012/global/networks/models"
}

resource "google_vertex_ai_index_endpoint_deployed_index" "handbook" {
  deployed_index_id = "handbook"
  display_name      = "handbook"
  region            = "europe-west4"
  index             = "projects/retail-prod/locations/europe-west4/indexes/123"
  index_endpoint    = google_vertex_ai_index_endpoint.search.id
}
