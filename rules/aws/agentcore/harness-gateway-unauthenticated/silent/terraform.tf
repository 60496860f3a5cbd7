resource "aws_bedrockagentcore_harness" "coder" {
  harness_name       = "coder"
  execution_role_arn = "arn:aws:iam::111122223333:role/coder"
  allowed_tools      = ["file_operations", "@docs/search"]

  model {
    bedrock_model_config {
      model_id = "anthropic.claude-sonnet-5"
    }
  }

  tool {
    type = "agentcore_gateway"
    name = "tools"

    config {
      agentcore_gateway {
        gateway_arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/tools-a1b2c3d4e5"

        outbound_auth {
          aws_iam = true
        }
      }
    }
  }
}
