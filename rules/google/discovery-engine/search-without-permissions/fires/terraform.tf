resource "google_discovery_engine_acl_config" "eu" {
  location = "eu"
}
