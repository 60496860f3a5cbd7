resource "google_dialogflow_cx_tool" "orders" {
  parent       = "projects/retail-prod/locations/europe-west3/agents/1f2e3d4c-0000-4000-8000-000000000000"
  display_name = "Orders"
  description  = "Looks up orders"
  open_api_spec {
    text_schema = file("orders.yaml")
    authentication {
      bearer_token_config {
        token = "$session.params.user-token"
      }
    }
  }
}
