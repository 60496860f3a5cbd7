resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  context_spec {
    memory_bank_config {
      customization_configs {
        scope_keys = ["app_name", "user_id"]
      }
    }
  }
  spec {
    agent_framework = "google-adk"

  }
}
