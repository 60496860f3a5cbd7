resource "google_service_account" "rag" {
  account_id = "rag-api"
}

resource "google_project_iam_member" "grant" {
  project = "retail-prod"
  role    = "roles/aiplatform.admin"
  member  = google_service_account.rag.member
}
