resource "aws_sagemaker_workforce" "annotators" {
  workforce_name = "annotators"

  oidc_config {
    client_id              = "annotators"
    client_secret          = "fixture-not-a-real-secret-01"
    issuer                 = "https://login.example.com"
    authorization_endpoint = "https://login.example.com/authorize"
    token_endpoint         = "https://login.example.com/token"
    user_info_endpoint     = "https://login.example.com/userinfo"
    logout_endpoint        = "https://login.example.com/logout"
    jwks_uri               = "https://login.example.com/keys"
  }
}
