resource "aws_bedrockagent_prompt" "triage" {
  name = "triage"

  variant {
    name          = "chat"
    model_id      = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    template_type = "CHAT"

    template_configuration {
      chat {
        message {
          role = "user"

          content {
            text = "{{question}}"
          }
        }

        tool_configuration {
          tool {
            tool_spec {
              name = "send_mail"

              input_schema {
                json = jsonencode({ type = "object" })
              }
            }
          }

          tool_choice {
            tool {
              name = "send_mail"
            }
          }
        }
      }
    }
  }
}
