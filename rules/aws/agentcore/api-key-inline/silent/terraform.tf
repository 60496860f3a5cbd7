resource "aws_bedrockagentcore_api_key_credential_provider" "search" {
  name               = "search"
  api_key_wo         = var.search_key
  api_key_wo_version = 1
}

variable "search_key" {
  type      = string
  ephemeral = true
}
