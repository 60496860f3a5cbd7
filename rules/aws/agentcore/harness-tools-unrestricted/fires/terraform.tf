resource "aws_bedrockagentcore_harness" "coder" {
  harness_name       = "coder"
  execution_role_arn = "arn:aws:iam::111122223333:role/coder"
  allowed_tools      = ["*"]

  model {
    bedrock_model_config {
      model_id = "anthropic.claude-sonnet-5"
    }
  }
}
