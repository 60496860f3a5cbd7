resource "aws_bedrockagent_flow" "triage" {
  name               = "triage"
  execution_role_arn = "arn:aws:iam::111122223333:role/flow"

  definition {
    node {
      name = "Lookup"
      type = "LambdaFunction"

      configuration {
        lambda_function {
          lambda_arn = "arn:aws:lambda:eu-central-1:111122223333:function:lookup"
        }
      }
    }
  }
}
