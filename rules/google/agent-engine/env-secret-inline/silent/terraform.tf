resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"
    deployment_spec {
      env {
        name  = "LOG_LEVEL"
        value = "info"
      }
      secret_env {
        name = "GITHUB_TOKEN"
        secret_ref {
          secret  = "github-token"
          version = "3"
        }
      }
    }
  }
}
