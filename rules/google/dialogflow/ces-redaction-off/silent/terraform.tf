resource "google_ces_app" "support" {
  app_id       = "support"
  location     = "eu"
  display_name = "Support"
  time_zone_settings {
    time_zone = "Europe/Berlin"
  }
  logging_settings {
    redaction_config {
      enable_redaction = true
      inspect_template = "projects/retail-prod/locations/eu/inspectTemplates/customer-data"
    }
  }
}
