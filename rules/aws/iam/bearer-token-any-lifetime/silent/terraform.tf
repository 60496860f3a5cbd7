resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "bedrock:CallWithBearerToken"
      Resource  = "*"
      Condition = { StringEquals = { "bedrock:BearerTokenType" = "SHORT_TERM" } }
    }]
  })
}
