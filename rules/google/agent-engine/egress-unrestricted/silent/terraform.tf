resource "google_vertex_ai_reasoning_engine" "support" {
  display_name = "support-agent"
  region       = "europe-west4"
  spec {
    agent_framework = "google-adk"
    deployment_spec {
      psc_interface_config {
        network_attachment = "projects/retail-prod/regions/europe-west4/networkAttachments/agents"
      }
    }
  }
}
