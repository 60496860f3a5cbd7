resource "google_agent_registry_service" "orders" {
  location     = "europe-west4"
  service_id   = "orders"
  display_name = "Orders"
  interfaces {
    url              = "https://mcp.retail.example/orders"
    protocol_binding = "JSONRPC"
  }
  mcp_server_spec {
    type = "NO_SPEC"
  }
}
