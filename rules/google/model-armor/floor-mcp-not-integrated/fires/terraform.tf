resource "google_model_armor_floorsetting" "floor" {
  parent   = "projects/retail-prod"
  location = "global"
  filter_config {
    pi_and_jailbreak_filter_settings {
      filter_enforcement = "ENABLED"
      confidence_level   = "MEDIUM_AND_ABOVE"
    }
  }
  enable_floor_setting_enforcement = true
  integrated_services              = ["AI_PLATFORM"]
}
