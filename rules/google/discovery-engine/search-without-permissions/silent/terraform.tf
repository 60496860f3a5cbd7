resource "google_discovery_engine_acl_config" "eu" {
  location = "eu"
  idp_config {
    idp_type = "GSUITE"
  }
}
