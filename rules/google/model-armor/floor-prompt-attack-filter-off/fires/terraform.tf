resource "google_model_armor_floorsetting" "floor" {
  parent   = "projects/retail-prod"
  location = "global"
  filter_config {
    malicious_uri_filter_settings {
      filter_enforcement = "ENABLED"
    }
  }
  enable_floor_setting_enforcement = true
}
