resource "google_gemini_code_repository_index" "code" {
  location                 = "europe-west4"
  code_repository_index_id = "platform"
  kms_key                  = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/code"
}
