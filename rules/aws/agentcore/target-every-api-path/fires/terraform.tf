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
      api_gateway {
        rest_api_id = "a1b2c3d4e5"
        stage       = "prod"

        api_gateway_tool_configuration {
          tool_filter {
            filter_path = "/*"
            methods     = ["GET", "POST", "DELETE"]
          }
        }
      }
    }
  }
}
