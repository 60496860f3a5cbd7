resource "aws_bedrockagent_flow" "triage" {
  name               = "triage"
  execution_role_arn = "arn:aws:iam::111122223333:role/flow"

  definition {
    node {
      name = "Score"
      type = "InlineCode"

      configuration {
        inline_code {
          language = "Python_3"
          code     = "len(question)"
        }
      }
    }
  }
}
