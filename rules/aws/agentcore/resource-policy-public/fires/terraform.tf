resource "aws_bedrockagentcore_resource_policy" "claims" {
  resource_arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:runtime/claims_agent-a1b2c3d4e5"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "bedrock-agentcore:InvokeAgentRuntime"
      Resource  = "*"
    }]
  })
}
