resource "google_dialogflow_cx_webhook" "orders" {
  parent       = "projects/retail-prod/locations/europe-west3/agents/1f2e3d4c-0000-4000-8000-000000000000"
  display_name = "Orders"
  generic_web_service {
    uri = "https://orders.retail.example/dialogflow"

  }
}
