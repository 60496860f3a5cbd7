resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  context_spec {
    memory_bank_config {
      ttl_config {
        default_ttl = "2592000s"
      }
    }
  }
  spec {
    agent_framework = "google-adk"

  }
}
