resource "aws_kendra_index" "handbook" {
  name                = "handbook"
  edition             = "ENTERPRISE_EDITION"
  role_arn            = "arn:aws:iam::111122223333:role/assistant"
  user_context_policy = "USER_TOKEN"

  user_token_configurations {
    jwt_token_type_configuration {
      key_location = "URL"
      url          = "https://login.example.com/.well-known/jwks.json"
    }
  }
}
