resource "aws_bedrockagentcore_harness" "coder" {
  harness_name       = "coder"
  execution_role_arn = "arn:aws:iam::111122223333:role/coder"
  allowed_tools      = ["file_operations", "@docs/search"]

  model {
    bedrock_model_config {
      model_id = "anthropic.claude-sonnet-5"
    }
  }

  environment {
    agentcore_runtime_environment {
      network_configuration {
        network_mode = "VPC"

        network_mode_config {
          subnets         = ["subnet-0a1b2c3d"]
          security_groups = ["sg-0a1b2c3d"]
        }
      }
    }
  }
}
