resource "google_apikeys_key" "app" {
  name                  = "app"
  display_name          = "App"
  service_account_email = "gemini-caller@retail-prod.iam.gserviceaccount.com"
  restrictions {
    api_targets {
      service = "generativelanguage.googleapis.com"
    }
  }
}
