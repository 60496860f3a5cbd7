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
  model_safety {
    safety_settings {
      category  = "HARM_CATEGORY_DANGEROUS_CONTENT"
      threshold = "BLOCK_NONE"
    }
  }
}
