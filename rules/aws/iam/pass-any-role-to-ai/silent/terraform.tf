resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["bedrock:CreateAgent", "iam:PassRole"]
      Resource = ["arn:aws:iam::111122223333:role/agents/*", "arn:aws:bedrock:eu-central-1:111122223333:agent/*"]
    }]
  })
}
