resource "google_model_armor_template" "chat" {
  location    = "europe-west4"
  template_id = "support-chat"
  filter_config {
    pi_and_jailbreak_filter_settings {
      filter_enforcement = "ENABLED"
    }
  }
  template_metadata {
    ignore_partial_invocation_failures = true
  }
}
