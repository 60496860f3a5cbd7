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
    lambda = "arn:aws:lambda:eu-central-1:111122223333:function:orders"
  }

  function_schema {
    member_functions {
      functions {
        name = "list_orders"
      }
    }
  }
}
