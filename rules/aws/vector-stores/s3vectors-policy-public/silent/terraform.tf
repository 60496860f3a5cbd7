resource "aws_s3vectors_vector_bucket_policy" "vectors" {
  vector_bucket_arn = "arn:aws:s3vectors:eu-central-1:111122223333:bucket/vectors"
  policy            = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:role/kb"
      }
      Action   = "s3vectors:QueryVectors"
      Resource = "*"
    }]
  })
}
