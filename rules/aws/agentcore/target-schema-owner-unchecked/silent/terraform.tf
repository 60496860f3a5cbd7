resource "aws_bedrockagentcore_gateway_target" "crm" {
  name               = "crm"
  gateway_identifier = "tools-0a1b2c3d4e"

  credential_provider_configuration {
    oauth {
      provider_arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:token-vault/default/oauth2credentialprovider/crm"
      scopes       = ["contacts.read"]
    }
  }

  target_configuration {
    mcp {
      open_api_schema {
        s3 {
          uri                     = "s3://tool-schemas/crm.json"
          bucket_owner_account_id = "111122223333"
        }
      }
    }
  }
}
