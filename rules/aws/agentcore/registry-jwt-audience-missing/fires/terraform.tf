resource "aws_bedrockagentcore_registry" "tools" {
  name            = "tools"
  authorizer_type = "CUSTOM_JWT"

  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url = "https://login.example.com/.well-known/openid-configuration"

    }
  }
}
