resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  context_spec {
    memory_bank_config {
      generation_config {
        model = "projects/retail-prod/locations/europe-west4/publishers/google/models/gemini-2.5-flash"
      }
    }
  }
  spec {
    agent_framework = "google-adk"

  }
}
