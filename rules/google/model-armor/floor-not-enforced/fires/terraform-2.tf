resource "google_model_armor_floorsetting" "floor" {
  parent   = "organizations/123456789012"
  location = "global"
  filter_config {
    pi_and_jailbreak_filter_settings {
      filter_enforcement = "ENABLED"
      confidence_level   = "MEDIUM_AND_ABOVE"
    }
  }
}
