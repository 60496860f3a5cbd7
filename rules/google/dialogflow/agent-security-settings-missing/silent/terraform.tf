resource "google_dialogflow_cx_agent" "support" {
  display_name          = "support"
  location              = "europe-west3"
  default_language_code = "de"
  time_zone             = "Europe/Berlin"
  security_settings     = google_dialogflow_cx_security_settings.strict.id
}

resource "google_dialogflow_cx_security_settings" "strict" {
  display_name          = "strict"
  location              = "europe-west3"
  retention_window_days = 30
}
