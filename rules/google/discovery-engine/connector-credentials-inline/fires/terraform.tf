resource "google_discovery_engine_data_connector" "jira" {
  location                = "eu"
  collection_id           = "jira"
  collection_display_name = "Jira"
  data_source             = "jira"
  refresh_interval        = "86400s"
  params = {
    instance_uri  = "https://retail.atlassian.net"
    auth_type     = "OAUTH"
    client_id     = "jira-search"
    client_secret = "correct-horse-battery-staple"
  }
}
