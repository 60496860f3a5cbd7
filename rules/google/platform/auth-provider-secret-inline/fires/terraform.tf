resource "google_agent_identity_auth_provider" "jira" {
  location         = "europe-west4"
  auth_provider_id = "jira"
  auth_provider_type_params {
    api_key {
      api_key = "correct-horse-battery-staple"
    }
  }
}
