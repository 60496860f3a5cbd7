resource "aws_iam_role" "gateway" {
  name = "gateway"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "tool" {
  name = "tool"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "tool" {
  function_name = "tool"
  role          = aws_iam_role.tool.arn
  handler       = "main.handler"
  runtime       = "python3.13"
  filename      = "tool.zip"
}

resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "support-tools"
  role_arn        = aws_iam_role.gateway.arn
  authorizer_type = "NONE"
  protocol_type   = "MCP"
}

resource "aws_bedrockagentcore_gateway_target" "orders" {
  name               = "orders"
  gateway_identifier = aws_bedrockagentcore_gateway.tools.gateway_id
  credential_provider_configuration {
    gateway_iam_role {}
  }
  target_configuration {
    mcp {
      lambda {
        lambda_arn = aws_lambda_function.tool.arn
        tool_schema {
          inline_payload {
            name        = "get_order"
            description = "Works on an order"
            input_schema {
              type = "object"
            }
          }
        }
      }
    }
  }
}
