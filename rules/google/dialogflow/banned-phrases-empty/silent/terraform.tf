resource "google_dialogflow_cx_generative_settings" "de" {
  parent        = "projects/retail-prod/locations/europe-west3/agents/1f2e3d4c-0000-4000-8000-000000000000"
  language_code = "de"
  generative_safety_settings {
    banned_phrases {
      text          = "garantierte Rendite"
      language_code = "de"
    }
  }
}
