resource "aws_bedrockagentcore_gateway_target" "crm" {
  name               = "crm"
  gateway_identifier = "tools-0a1b2c3d4e"

  credential_provider_configuration {
    api_key {
      provider_arn              = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:token-vault/default/apikeycredentialprovider/crm"
      credential_location       = "QUERY_PARAMETER"
      credential_parameter_name = "api_key"
    }
  }

  target_configuration {
    mcp {
      mcp_server {
        endpoint = "https://mcp.crm.example.com/mcp"
      }
    }
  }
}
