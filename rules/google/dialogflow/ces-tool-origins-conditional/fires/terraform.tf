resource "google_ces_security_settings" "eu" {
  location = "eu"
  endpoint_control_policy {
    allowed_origins = ["https://api.retail.example:443"]
  }
}
