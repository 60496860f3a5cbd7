resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"
  kms_key_arn     = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"
}
