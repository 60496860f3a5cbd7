resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}
