resource "google_vertex_ai_endpoint_iam_member" "grant" {
  endpoint = "1234567890"
  location = "europe-west4"
  role     = "projects/retail-prod/roles/predictor"
  member   = "serviceAccount:shop@retail-prod.iam.gserviceaccount.com"
}
