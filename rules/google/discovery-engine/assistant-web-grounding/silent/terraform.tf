resource "google_discovery_engine_assistant" "default" {
  location           = "eu"
  collection_id      = "default_collection"
  engine_id          = "intranet"
  assistant_id       = "default_assistant"
  display_name       = "Intranet assistant"
  web_grounding_type = "WEB_GROUNDING_TYPE_ENTERPRISE_WEB_SEARCH"
}
