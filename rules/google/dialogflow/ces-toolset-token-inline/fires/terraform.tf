resource "google_ces_toolset" "orders" {
  toolset_id   = "orders"
  location     = "eu"
  app          = "support"
  display_name = "Orders"
  mcp_toolset {
    server_address = "https://mcp.retail.example/orders/"
    api_authentication {
      bearer_token_config {
        token = "correct-horse-battery-staple"
      }
    }
  }
}
