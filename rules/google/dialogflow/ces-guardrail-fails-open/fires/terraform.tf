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
  llm_policy {
    prompt       = "Block promises of refunds."
    policy_scope = "AGENT_RESPONSE"
    fail_open    = true
  }
}
