resource "aws_s3_bucket" "prompts" {
  bucket = "example-prompts"
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    s3_config {
      bucket_name = aws_s3_bucket.prompts.bucket
    }
  }
}
