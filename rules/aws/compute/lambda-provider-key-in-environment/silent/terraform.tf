resource "aws_lambda_function" "agent" {
  function_name = "agent"
  runtime       = "python3.13"
  handler       = "app.handler"
  role          = "arn:aws:iam::111122223333:role/model"
  s3_bucket     = "functions"
  s3_key        = "agent.zip"

  environment {
    variables = {
      ANTHROPIC_API_KEY_SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:anthropic-AbCdEf"
    }
  }
}
