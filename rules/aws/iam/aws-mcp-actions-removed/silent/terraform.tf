resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = ["s3:Delete*", "rds:Delete*"]
      Resource  = "*"
      Condition = { Bool = { "aws:ViaAWSMCPService" = "true" } }
    }]
  })
}
