resource "google_project_iam_member" "grant" {
  project = "retail-prod"
  role    = "roles/aiplatform.admin"
  member  = "group:ai-platform@retail.example"
}
