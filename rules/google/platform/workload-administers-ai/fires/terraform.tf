resource "google_project_iam_member" "grant" {
  project = "retail-prod"
  role    = "roles/aiplatform.admin"
  member  = "serviceAccount:rag-api@retail-prod.iam.gserviceaccount.com"
}
