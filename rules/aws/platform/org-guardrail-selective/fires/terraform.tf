resource "aws_organizations_policy" "ai" {
  name    = "ai"
  type    = "BEDROCK_POLICY"
  content = jsonencode({
    bedrock = {
      guardrail_inference = {
        "eu-central-1" = {
          "config_1" = {
            identifier = {
              "@@assign" = "arn:aws:bedrock:eu-central-1:111122223333:guardrail/gr1abc2def3g:4"
            }
            selective_content_guarding = {
              system = {
                "@@assign" = "comprehensive"
              }
              messages = {
                "@@assign" = "selective"
              }
            }
          }
        }
      }
    }
  })
}
