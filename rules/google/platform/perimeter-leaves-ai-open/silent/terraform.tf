resource "google_access_context_manager_service_perimeter" "data" {
  parent = "accessPolicies/987654321"
  name   = "accessPolicies/987654321/servicePerimeters/data"
  title  = "data"
  status {
    resources           = ["projects/123456789012"]
    restricted_services = ["storage.googleapis.com", "bigquery.googleapis.com", "aiplatform.googleapis.com"]
  }
}
