resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "I cannot help with that."
  blocked_outputs_messaging = "I cannot answer that."

  cross_region_config {
    guardrail_profile_identifier = "eu.guardrail.v1:0"
  }
}
