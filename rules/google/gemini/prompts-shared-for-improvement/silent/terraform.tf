resource "google_gemini_gemini_gcp_enablement_setting" "platform" {
  gemini_gcp_enablement_setting_id = "platform"
  location                         = "global"
  enable_customer_data_sharing     = false
}
