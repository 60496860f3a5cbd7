resource "google_service_account" "support" {
  account_id = "support-agent"
}

resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"
    service_account = google_service_account.support.email
  }
}
