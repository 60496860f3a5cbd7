variable "log_requests" {
  type = bool
}

resource "google_vertex_ai_endpoint" "chat" {
  name         = "1234567890"
  display_name = "support-chat"
  location     = "europe-west4"
  predict_request_response_logging_config {
    enabled = var.log_requests
  }
}
