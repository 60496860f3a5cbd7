resource "google_project_iam_member" "grant" {
  project = "retail-prod"
  role    = "roles/aiplatform.user"
  member  = "allAuthenticatedUsers"
}
