resource "aws_bedrockagentcore_api_key_credential_provider" "search" {
  name    = "search"
  api_key = "fixture-not-a-real-key-01"
}
