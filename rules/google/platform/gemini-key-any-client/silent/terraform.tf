resource "google_apikeys_key" "app" {
  name         = "app"
  display_name = "App"
  restrictions {
    api_targets {
      service = "generativelanguage.googleapis.com"
    }
    server_key_restrictions {
      allowed_ips = ["198.51.100.7"]
    }
  }
}
