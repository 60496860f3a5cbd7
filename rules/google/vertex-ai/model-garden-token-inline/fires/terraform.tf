resource "google_vertex_ai_endpoint_with_model_garden_deployment" "gemma" {
  location              = "europe-west4"
  hugging_face_model_id = "google/gemma-2-2b-it"
  model_config {
    accept_eula               = true
    hugging_face_access_token = "correct-horse-battery-staple"
  }
}
