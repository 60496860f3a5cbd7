resource "aws_kms_key" "agents" {
  description = "Agents"
  policy      = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:root"
      }
      Action   = "kms:*"
      Resource = "*"
    }]
  })
}
