resource "aws_bedrock_guardrail" "support" {
  name                      = "support"
  blocked_input_messaging   = "This request cannot be handled."
  blocked_outputs_messaging = "This answer cannot be shown."
  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_iam_role" "agent" {
  name = "agent"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_bedrockagent_agent" "helper" {
  agent_name              = "helper"
  agent_resource_role_arn = aws_iam_role.agent.arn
  foundation_model        = "anthropic.claude-sonnet-5-v1:0"
  instruction             = "You help customers of the shop with orders, deliveries and refunds."
}

resource "aws_bedrockagent_agent_alias" "helper" {
  agent_alias_name = "live"
  agent_id         = aws_bedrockagent_agent.helper.agent_id
}

resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = aws_iam_role.agent.arn
  foundation_model        = "anthropic.claude-sonnet-5-v1:0"
  instruction             = "You help customers of the shop with orders, deliveries and refunds."
  agent_collaboration     = "SUPERVISOR"

  guardrail_configuration {
    guardrail_identifier = aws_bedrock_guardrail.support.guardrail_id
    guardrail_version    = "3"
  }
}

resource "aws_bedrockagent_agent_collaborator" "helper" {
  agent_id                   = aws_bedrockagent_agent.support.agent_id
  collaboration_instruction  = "Ask the helper about invoices."
  collaborator_name          = "helper"
  relay_conversation_history = "TO_COLLABORATOR"
  agent_descriptor {
    alias_arn = aws_bedrockagent_agent_alias.helper.agent_alias_arn
  }
}
