resource "google_ces_toolset" "orders" {
  toolset_id   = "orders"
  location     = "eu"
  app          = "support"
  display_name = "Orders"
  open_api_toolset {
    open_api_schema = file("orders.yaml")
    api_authentication {
      bearer_token_config {
        token = "correct-horse-battery-staple"
      }
    }
  }
}
