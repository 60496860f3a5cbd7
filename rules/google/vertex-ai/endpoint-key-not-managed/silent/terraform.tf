resource "google_vertex_ai_endpoint" "chat" {
  name         = "1234567890"
  display_name = "support-chat"
  location     = "europe-west4"
  encryption_spec {
    kms_key_name = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/models"
  }
}
