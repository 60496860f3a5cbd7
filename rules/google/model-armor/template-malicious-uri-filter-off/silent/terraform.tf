resource "google_model_armor_template" "chat" {
  location    = "europe-west4"
  template_id = "support-chat"
  filter_config {
    malicious_uri_filter_settings {
      filter_enforcement = "ENABLED"
    }
  }
}
