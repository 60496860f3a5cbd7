resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"

  policy_engine_configuration {
    arn  = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:policy-engine/tools-a1b2c3d4e5"
    mode = "LOG_ONLY"
  }
}
