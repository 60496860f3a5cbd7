resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  encryption_spec {
    kms_key_name = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/models"
  }
  spec {
    agent_framework = "google-adk"

  }
}
