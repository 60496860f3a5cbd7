resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"
}
