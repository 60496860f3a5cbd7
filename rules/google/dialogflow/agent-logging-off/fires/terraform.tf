resource "google_dialogflow_cx_agent" "support" {
  display_name          = "support"
  location              = "europe-west3"
  default_language_code = "de"
  time_zone             = "Europe/Berlin"
}
