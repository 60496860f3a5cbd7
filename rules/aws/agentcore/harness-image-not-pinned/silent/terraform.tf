resource "aws_bedrockagentcore_harness" "coder" {
  harness_name       = "coder"
  execution_role_arn = "arn:aws:iam::111122223333:role/coder"
  allowed_tools      = ["file_operations", "@docs/search"]

  model {
    bedrock_model_config {
      model_id = "anthropic.claude-sonnet-5"
    }
  }

  environment_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/coder-env@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
    }
  }
}
