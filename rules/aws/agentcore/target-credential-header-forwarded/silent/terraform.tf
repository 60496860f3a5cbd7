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
      mcp_server {
        endpoint = "https://mcp.crm.example.com/mcp"
      }
    }
  }

  metadata_configuration {
    allowed_request_headers  = ["x-correlation-id"]
    allowed_query_parameters = ["version"]
  }
}
