resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}

resource "aws_s3_bucket_public_access_block" "handbook" {
  bucket                  = aws_s3_bucket.handbook.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = false
}
