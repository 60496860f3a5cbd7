resource "google_model_armor_template" "chat" {
  location    = "europe-west4"
  template_id = "support-chat"
  filter_config {
    sdp_settings {
      basic_config {
        filter_enforcement = "ENABLED"
      }
    }
  }
}
