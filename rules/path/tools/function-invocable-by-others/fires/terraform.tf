resource "aws_iam_role" "agent" {
  name = "agent"
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

resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = aws_iam_role.agent.arn
  foundation_model        = "anthropic.claude-sonnet-5-v1:0"
  instruction             = "You help customers of the shop with orders, deliveries and refunds."
}

resource "aws_bedrockagent_agent_action_group" "issue_refund" {
  agent_id          = aws_bedrockagent_agent.support.agent_id
  agent_version     = "DRAFT"
  action_group_name = "issue_refund"
  action_group_executor {
    lambda = aws_lambda_function.tool.arn
  }
  function_schema {
    member_functions {
      functions {
        name        = "issue_refund"
        description = "Called by the support agent"
      }
    }
  }
}

resource "aws_lambda_function" "tool" {
  function_name = "tool"
  role          = aws_iam_role.tool.arn
  handler       = "main.handler"
  runtime       = "python3.13"
  filename      = "tool.zip"
}

resource "aws_lambda_permission" "agent" {
  statement_id  = "agent"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.tool.function_name
  principal     = "apigateway.amazonaws.com"
}
