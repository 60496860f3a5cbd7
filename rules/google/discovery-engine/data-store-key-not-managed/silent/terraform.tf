resource "google_discovery_engine_data_store" "handbook" {
  location          = "eu"
  data_store_id     = "handbook"
  display_name      = "Handbook"
  industry_vertical = "GENERIC"
  content_config    = "CONTENT_REQUIRED"
  kms_key_name      = "projects/retail-prod/locations/europe/keyRings/ai/cryptoKeys/search"
}
