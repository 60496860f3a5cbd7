resource "google_discovery_engine_assistant" "default" {
  location      = "eu"
  collection_id = "default_collection"
  engine_id     = "intranet"
  assistant_id  = "default_assistant"
  display_name  = "Intranet assistant"
  customer_policy {
    model_armor_config {
      user_prompt_template = "projects/retail-prod/locations/eu/templates/prompts"
      response_template    = "projects/retail-prod/locations/eu/templates/answers"
    }
  }
}
