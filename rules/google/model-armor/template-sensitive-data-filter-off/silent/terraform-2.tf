resource "google_model_armor_template" "chat" {
  location    = "europe-west4"
  template_id = "support-chat"
  filter_config {
    sdp_settings {
      advanced_config {
        inspect_template = "projects/retail-prod/locations/europe-west4/inspectTemplates/customer-data"
      }
    }
  }
}
