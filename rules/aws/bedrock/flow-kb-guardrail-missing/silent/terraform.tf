resource "aws_bedrockagent_flow" "triage" {
  name               = "triage"
  execution_role_arn = "arn:aws:iam::111122223333:role/flow"

  definition {
    node {
      name = "Lookup"
      type = "KnowledgeBase"

      configuration {
        knowledge_base {
          knowledge_base_id = "KB12345678"
          model_id          = "anthropic.claude-sonnet-4-5-20250929-v1:0"

          guardrail_configuration {
            guardrail_identifier = "gr1abc2def3g"
            guardrail_version    = "4"
          }
        }
      }
    }
  }
}
