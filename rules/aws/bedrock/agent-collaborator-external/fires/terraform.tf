resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"
  agent_collaboration     = "SUPERVISOR"
}

resource "aws_bedrockagent_agent_collaborator" "billing" {
  agent_id                   = aws_bedrockagent_agent.support.agent_id
  collaborator_name          = "billing"
  collaboration_instruction  = "Questions about invoices."
  relay_conversation_history = "DISABLED"

  agent_descriptor {
    alias_arn = "arn:aws:bedrock:eu-central-1:444455556666:agent-alias/PARTNER001/ALIAS00001"
  }
}
