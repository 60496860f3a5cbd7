resource "aws_bedrockagentcore_token_vault_cmk" "vault" {
  kms_configuration {
    key_type = "ServiceManagedKey"
  }
}
