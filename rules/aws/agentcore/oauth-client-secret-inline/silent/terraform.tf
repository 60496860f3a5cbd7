resource "aws_bedrockagentcore_oauth2_credential_provider" "github" {
  name                       = "github"
  credential_provider_vendor = "GithubOauth2"

  oauth2_provider_config {
    github_oauth2_provider_config {
      client_id = "Iv1.0a1b2c3d4e5f6071"

      client_secret_config {
        secret_id = "github-oauth"
        json_key  = "client_secret"
      }
    }
  }
}
