resource "aws_bedrockagent_flow" "triage" {
  name               = "triage"
  execution_role_arn = "arn:aws:iam::111122223333:role/flow"

  definition {
    node {
      name = "Answer"
      type = "Prompt"

      configuration {
        prompt {
          guardrail_configuration {
            guardrail_identifier = "gr1abc2def3g"
            guardrail_version    = "4"
          }

          source_configuration {
            inline {
              model_id      = "anthropic.claude-sonnet-4-5-20250929-v1:0"
              template_type = "TEXT"

              template_configuration {
                text {
                  text = "Answer {{question}}"
                }
              }
            }
          }
        }
      }
    }
  }
}
