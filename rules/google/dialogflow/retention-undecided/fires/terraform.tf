resource "google_dialogflow_cx_security_settings" "settings" {
  display_name       = "support"
  location           = "europe-west3"
  redaction_strategy = "REDACT_WITH_SERVICE"
  redaction_scope    = "REDACT_DISK_STORAGE"
}
