resource "google_vertex_ai_endpoint" "chat" {
  name         = "1234567890"
  display_name = "support-chat"
  location     = "europe-west4"
}
