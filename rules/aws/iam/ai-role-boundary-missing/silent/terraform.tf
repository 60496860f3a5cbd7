resource "aws_iam_role" "ai" {
  name                 = "ai"
  permissions_boundary = "arn:aws:iam::111122223333:policy/agent-boundary"
  assume_role_policy   = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "bedrock.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
  })
}
