resource "google_access_context_manager_service_perimeter" "data" {
  parent = "accessPolicies/987654321"
  name   = "accessPolicies/987654321/servicePerimeters/data"
  title  = "data"
  status {
    resources           = ["projects/123456789012"]
    restricted_services = ["storage.googleapis.com", "aiplatform.googleapis.com"]
  }
}

resource "google_dialogflow_cx_agent" "support" {
  display_name          = "support"
  location              = "europe-west3"
  default_language_code = "de"
  time_zone             = "Europe/Berlin"
}
