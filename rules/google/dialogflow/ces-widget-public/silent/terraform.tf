resource "google_ces_deployment" "web" {
  location     = "eu"
  display_name = "Web"
  app          = "support"
  app_version  = "projects/retail-prod/locations/eu/apps/support/versions/7"
  channel_profile {
    channel_type = "WEB_UI"
    web_widget_config {
      modality = "CHAT_ONLY"
      security_settings {
        enable_public_access = false
      }
    }
  }
}
