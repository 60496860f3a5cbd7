resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"

  memory_configuration {
    enabled_memory_types = ["SESSION_SUMMARY"]
    storage_days         = 7
  }
}
