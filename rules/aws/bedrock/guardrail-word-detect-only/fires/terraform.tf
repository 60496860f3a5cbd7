resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "I cannot help with that."
  blocked_outputs_messaging = "I cannot answer that."

  word_policy_config {
    managed_word_lists_config {
      type          = "PROFANITY"
      output_action = "NONE"
    }
  }
}
