resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"
    deployment_spec {
      env {
        name  = "GITHUB_TOKEN"
        value = "correct-horse-battery-staple"
      }
    }
  }
}
