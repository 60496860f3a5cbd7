resource "google_gemini_data_sharing_with_google_setting" "platform" {
  data_sharing_with_google_setting_id = "platform"
  location                            = "global"
  enable_data_sharing                 = false
  enable_preview_data_sharing         = true
}
