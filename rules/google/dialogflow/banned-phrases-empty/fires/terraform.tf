resource "google_dialogflow_cx_generative_settings" "de" {
  parent        = "projects/retail-prod/locations/europe-west3/agents/1f2e3d4c-0000-4000-8000-000000000000"
  language_code = "de"
  knowledge_connector_settings {
    business = "Retail"
  }
}
