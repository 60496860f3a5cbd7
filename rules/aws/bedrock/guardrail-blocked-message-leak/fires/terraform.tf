resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "Blocked by guardrail: prompt attack detected."
  blocked_outputs_messaging = "I cannot answer that."
}
