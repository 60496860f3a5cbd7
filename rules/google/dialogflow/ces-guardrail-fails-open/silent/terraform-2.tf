resource "google_ces_guardrail" "policy" {
  guardrail_id = "refund-policy"
  location     = "eu"
  app          = "support"
  display_name = "Refund policy"
  enabled      = true
  action {
    generative_answer {
      prompt = "Decline politely."
    }
  }
  llm_prompt_security {
    default_settings {}
  }
}
