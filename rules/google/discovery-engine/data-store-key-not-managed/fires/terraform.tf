resource "google_discovery_engine_data_store" "handbook" {
  location          = "eu"
  data_store_id     = "handbook"
  display_name      = "Handbook"
  industry_vertical = "GENERIC"
  content_config    = "CONTENT_REQUIRED"
}
