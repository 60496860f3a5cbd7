resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
}
