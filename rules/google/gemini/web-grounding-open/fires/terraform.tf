resource "google_gemini_gemini_gcp_enablement_setting" "platform" {
  gemini_gcp_enablement_setting_id = "platform"
  location                         = "global"
  web_grounding_type               = "GROUNDING_WITH_GOOGLE_SEARCH"
}
