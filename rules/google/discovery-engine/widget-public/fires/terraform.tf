resource "google_discovery_engine_widget_config" "intranet" {
  location  = "eu"
  engine_id = "intranet"
  access_settings {
    enable_web_app      = true
    allow_public_access = true
  }
}
