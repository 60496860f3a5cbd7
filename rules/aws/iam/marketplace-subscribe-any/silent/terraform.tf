resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "aws-marketplace:Subscribe"
      Resource  = "*"
      Condition = { "ForAnyValue:StringEquals" = { "aws-marketplace:ProductId" = ["prod-example1234"] } }
    }]
  })
}
