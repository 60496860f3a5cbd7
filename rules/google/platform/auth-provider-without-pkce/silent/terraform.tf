resource "google_agent_identity_auth_provider" "jira" {
  location         = "europe-west4"
  auth_provider_id = "jira"
  auth_provider_type_params {
    three_legged_oauth {
      client_id                = "jira-agent"
      client_secret_wo         = var.jira_secret
      client_secret_wo_version = 1
      authorization_url        = "https://auth.atlassian.com/authorize"
      token_url                = "https://auth.atlassian.com/oauth/token"
      enable_pkce              = true
    }
  }
}

variable "jira_secret" {
  type      = string
  sensitive = true
}
