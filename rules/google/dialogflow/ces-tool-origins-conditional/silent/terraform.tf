resource "google_ces_security_settings" "eu" {
  location = "eu"
  endpoint_control_policy {
    enforcement_scope = "ALWAYS"
    allowed_origins   = ["https://api.retail.example:443"]
  }
}
