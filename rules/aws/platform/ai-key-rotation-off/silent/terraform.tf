resource "aws_kms_key" "agents" {
  description         = "Agents"
  enable_key_rotation = true
  policy              = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:root"
      }
      Action   = "kms:*"
      Resource = "*"
    }]
  })
}

resource "aws_bedrockagent_agent" "support" {
  agent_name                  = "support"
  agent_resource_role_arn     = "arn:aws:iam::111122223333:role/agent"
  foundation_model            = "anthropic.claude-sonnet-4-5-20250929-v1:0"
  customer_encryption_key_arn = aws_kms_key.agents.arn
}
