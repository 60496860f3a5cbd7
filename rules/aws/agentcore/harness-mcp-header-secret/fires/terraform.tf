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
    type = "remote_mcp"
    name = "docs"

    config {
      remote_mcp {
        url = "https://mcp.docs.example.com/mcp"
        headers = {
          X-Api-Key = "fixture-not-a-real-key-01"
        }
      }
    }
  }
}
