resource "google_dialogflow_agent" "faq" {
  display_name          = "faq"
  default_language_code = "de"
  time_zone             = "Europe/Berlin"
  enable_logging        = true
}
