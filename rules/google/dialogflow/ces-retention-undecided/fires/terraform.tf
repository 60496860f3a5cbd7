resource "google_ces_app" "support" {
  app_id       = "support"
  location     = "eu"
  display_name = "Support"
  time_zone_settings {
    time_zone = "Europe/Berlin"
  }
}
