resource "aws_bedrockagentcore_harness" "coder" {
  harness_name       = "coder"
  execution_role_arn = "arn:aws:iam::111122223333:role/coder"
  allowed_tools      = ["file_operations", "@docs/search"]

  model {
    openai_model_config {
      model_id    = "gpt-5"
      api_key_arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:token-vault/default/apikeycredentialprovider/openai"
    }
  }
}
