resource "google_gemini_gemini_gcp_enablement_setting" "platform" {
  gemini_gcp_enablement_setting_id = "platform"
  location                         = "global"
  web_grounding_type               = "WEB_GROUNDING_FOR_ENTERPRISE"
}
