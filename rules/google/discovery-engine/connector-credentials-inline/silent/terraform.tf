resource "google_discovery_engine_data_connector" "jira" {
  location                = "eu"
  collection_id           = "jira"
  collection_display_name = "Jira"
  data_source             = "jira"
  refresh_interval        = "86400s"
  params = {
    instance_uri  = "https://retail.atlassian.net"
    auth_type     = "OAUTH"
    client_secret = google_secret_manager_secret_version.jira_secret.name
  }
}

resource "google_secret_manager_secret_version" "jira_secret" {
  secret      = "projects/retail-prod/secrets/jira-secret"
  secret_data = var.jira_secret
}

variable "jira_secret" {
  type      = string
  sensitive = true
}
