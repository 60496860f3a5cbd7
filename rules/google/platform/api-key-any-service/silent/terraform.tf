resource "google_apikeys_key" "app" {
  name         = "app"
  display_name = "App"
  restrictions {
    api_targets {
      service = "maps-backend.googleapis.com"
    }
  }
}
