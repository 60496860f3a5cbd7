resource "google_gemini_logging_setting" "platform" {
  logging_setting_id        = "platform"
  location                  = "global"
  log_metadata              = true
  log_prompts_and_responses = true
}
