resource "aws_sagemaker_workforce" "annotators" {
  workforce_name = "annotators"

  oidc_config {
    client_id              = "annotators"
    client_secret          = aws_cognito_user_pool_client.portal.client_secret
    issuer                 = "https://login.example.com"
    authorization_endpoint = "https://login.example.com/authorize"
    token_endpoint         = "https://login.example.com/token"
    user_info_endpoint     = "https://login.example.com/userinfo"
    logout_endpoint        = "https://login.example.com/logout"
    jwks_uri               = "https://login.example.com/keys"
  }
}

resource "aws_cognito_user_pool_client" "portal" {
  name            = "annotators"
  user_pool_id    = "eu-central-1_a1b2c3d4e"
  generate_secret = true
}
