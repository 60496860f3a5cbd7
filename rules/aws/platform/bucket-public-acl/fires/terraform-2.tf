resource "aws_s3_bucket" "prompts" {
  bucket = "example-prompts"
}

resource "aws_s3_bucket_acl" "prompts" {
  bucket = aws_s3_bucket.prompts.id
  acl    = "public-read"
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    s3_config {
      bucket_name = aws_s3_bucket.prompts.bucket
    }
  }
}
