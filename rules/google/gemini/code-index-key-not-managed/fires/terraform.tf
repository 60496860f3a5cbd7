resource "google_gemini_code_repository_index" "code" {
  location                 = "europe-west4"
  code_repository_index_id = "platform"
}
