resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "example-code"
  s3_key        = "orders.zip"

  environment {
    variables = {
      DATABASE_URL = "postgres://orders:Wint3r-Sale-93@orders.example.com/orders"
    }
  }
}

resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"
}

resource "aws_bedrockagent_agent_action_group" "orders" {
  action_group_name = "orders"
  agent_id          = aws_bedrockagent_agent.support.agent_id
  agent_version     = "DRAFT"

  action_group_executor {
    lambda = aws_lambda_function.orders.arn
  }

  function_schema {
    member_functions {
      functions {
        name = "list_orders"
      }
    }
  }
}
