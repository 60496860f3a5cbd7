resource "google_vertex_ai_endpoint" "chat" {
  name         = "1234567890"
  display_name = "support-chat"
  location     = "europe-west4"
  private_service_connect_config {
    enable_private_service_connect = true
    project_allowlist              = ["retail-prod"]
  }
}
