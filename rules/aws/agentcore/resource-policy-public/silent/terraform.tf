resource "aws_bedrockagentcore_resource_policy" "claims" {
  resource_arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:runtime/claims_agent-a1b2c3d4e5"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/front-end" }
      Action    = "bedrock-agentcore:InvokeAgentRuntime"
      Resource  = "*"
    }]
  })
}
