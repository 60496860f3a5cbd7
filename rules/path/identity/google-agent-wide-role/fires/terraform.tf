resource "google_service_account" "agent" {
  account_id = "support-agent"
}

resource "google_project_iam_member" "agent" {
  project = "acme-support"
  role    = "roles/editor"
  member  = google_service_account.agent.member
}

resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"
    service_account = google_service_account.agent.email
  }
}
