resource "aws_bedrockagent_prompt" "triage" {
  name = "triage"

  variant {
    name          = "default"
    model_id      = "anthropic.claude-3-7-sonnet-20250219-v1:0"
    template_type = "TEXT"

    template_configuration {
      text {
        text = "Summarise the order."
      }
    }
  }
}
