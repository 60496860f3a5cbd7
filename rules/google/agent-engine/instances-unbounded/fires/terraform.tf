resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"

  }
}
