resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "aws-external-anthropic:CreateInference"
      Resource = "arn:aws:aws-external-anthropic:us-east-1:111122223333:workspace/wrkspc_01AbCdEf23GhIjKl45MnOpQr"
    }]
  })
}
