resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"
}

resource "aws_bedrockagent_agent_action_group" "builtin" {
  action_group_name             = "builtin"
  agent_id                      = aws_bedrockagent_agent.support.agent_id
  agent_version                 = "DRAFT"
  parent_action_group_signature = "AMAZON.UserInput"
  action_group_state            = "ENABLED"
}
