resource "aws_bedrockagent_prompt" "triage" {
  name = "triage"

  variant {
    name          = "default"
    model_id      = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    template_type = "TEXT"

    template_configuration {
      text {
        text = "Summarise the order."
      }
    }
  }
}
