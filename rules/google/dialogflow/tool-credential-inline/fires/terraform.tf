resource "google_dialogflow_cx_tool" "orders" {
  parent       = "projects/retail-prod/locations/europe-west3/agents/1f2e3d4c-0000-4000-8000-000000000000"
  display_name = "Orders"
  description  = "Looks up orders"
  open_api_spec {
    text_schema = file("orders.yaml")
    authentication {
      api_key_config {
        key_name         = "X-Api-Key"
        request_location = "HEADER"
        api_key          = "correct-horse-battery-staple"
      }
    }
  }
}
