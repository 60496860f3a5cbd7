resource "google_vertex_ai_cache_config" "project" {
  project       = "retail-prod"
  disable_cache = false
}
