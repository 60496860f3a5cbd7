resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
}

resource "awscc_bedrockagentcore_gateway_rate_limit" "tools" {
  gateway_identifier = aws_bedrockagentcore_gateway.tools.gateway_id
  dimension_keys     = ["toolName"]
  entries = [{
    dimensions = { toolName = "*" }
    requests   = [{ rate = 60, period = "minute" }]
  }]
}
