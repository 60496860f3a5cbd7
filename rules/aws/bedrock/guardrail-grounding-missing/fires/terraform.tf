resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "I cannot help with that."
  blocked_outputs_messaging = "I cannot answer that."

  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_bedrockagent_agent" "handbook" {
  agent_name              = "handbook"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"

  guardrail_configuration {
    guardrail_identifier = aws_bedrock_guardrail.support.guardrail_id
    guardrail_version    = "1"
  }
}

resource "aws_bedrockagent_agent_knowledge_base_association" "handbook" {
  agent_id             = aws_bedrockagent_agent.handbook.agent_id
  description          = "Company handbook"
  knowledge_base_id    = "KB12345678"
  knowledge_base_state = "ENABLED"
}
