resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "I cannot help with that."
  blocked_outputs_messaging = "I cannot answer that."

  topic_policy_config {
    topics_config {
      name       = "legal-advice"
      definition = "Advice on a legal dispute of the user."
      type       = "DENY"
    }
  }
}
