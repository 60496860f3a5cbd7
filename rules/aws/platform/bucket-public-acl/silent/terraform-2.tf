resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}

resource "aws_s3_bucket_acl" "handbook" {
  bucket = aws_s3_bucket.handbook.id
  acl    = "public-read"
}
