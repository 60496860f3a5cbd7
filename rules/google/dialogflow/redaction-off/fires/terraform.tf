resource "google_dialogflow_cx_security_settings" "settings" {
  display_name          = "support"
  location              = "europe-west3"
  retention_window_days = 30
}
