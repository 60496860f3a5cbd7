resource "aws_iam_role" "ai" {
  name               = "ai"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "managed0" {
  role       = aws_iam_role.ai.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
