resource "google_ces_guardrail" "banned" {
  guardrail_id = "banned-phrases"
  location     = "eu"
  app          = "support"
  display_name = "Banned phrases"
  enabled      = true
  content_filter {
    banned_contents = ["guaranteed return"]
    match_type      = "WORD_BOUNDARY_STRING_MATCH"
  }
}
