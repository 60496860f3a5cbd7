resource "google_gemini_gemini_gcp_enablement_setting" "platform" {
  gemini_gcp_enablement_setting_id = "platform"
  location                         = "global"
  disable_web_grounding            = true
}
