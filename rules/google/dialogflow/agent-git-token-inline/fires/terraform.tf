resource "google_dialogflow_cx_agent" "support" {
  display_name          = "support"
  location              = "europe-west3"
  default_language_code = "de"
  time_zone             = "Europe/Berlin"
  git_integration_settings {
    github_settings {
      display_name    = "agents"
      repository_uri  = "https://api.github.com/repos/retail/agents"
      tracking_branch = "main"
      branches        = ["main"]
      access_token    = "correct-horse-battery-staple"
    }
  }
}
