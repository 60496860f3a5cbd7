resource "aws_lambda_permission" "invoke" {
  function_name = aws_lambda_function.agent.function_name
  action        = "lambda:InvokeFunction"
  principal     = "bedrock.amazonaws.com"
  source_arn    = "arn:aws:bedrock:eu-central-1:111122223333:agent/A1B2C3D4E5"
}

resource "aws_lambda_function" "agent" {
  function_name = "agent"
  runtime       = "python3.13"
  handler       = "app.handler"
  role          = aws_iam_role.agent.arn
  s3_bucket     = "functions"
  s3_key        = "agent.zip"
}

resource "aws_iam_role" "agent" {
  name = "agent"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "agent" {
  name = "data"
  role = aws_iam_role.agent.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "bedrock:InvokeModel"
      Resource = "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-5"
    }]
  })
}
