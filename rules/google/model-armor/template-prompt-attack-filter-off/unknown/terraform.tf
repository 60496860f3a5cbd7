variable "prompt_filter" {
  type = string
}

resource "google_model_armor_template" "chat" {
  location    = "europe-west4"
  template_id = "support-chat"
  filter_config {
    pi_and_jailbreak_filter_settings {
      filter_enforcement = var.prompt_filter
    }
  }
}
