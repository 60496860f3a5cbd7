resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}

resource "aws_s3_bucket_policy" "handbook" {
  bucket = aws_s3_bucket.handbook.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        Service = "bedrock.amazonaws.com"
      }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::example-handbook/AWSLogs/*"
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = "111122223333"
        }
      }
    }]
  })
}
