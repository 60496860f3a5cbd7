resource "google_apikeys_key" "app" {
  name         = "app"
  display_name = "App"
}
