resource "google_apikeys_key" "app" {
  name         = "app"
  display_name = "App"
  restrictions {
    browser_key_restrictions {
      allowed_referrers = ["https://shop.example.com/*"]
    }
  }
}
