resource "aws_s3vectors_vector_bucket" "vectors" {
  vector_bucket_name = "vectors"

  encryption_configuration {
    sse_type    = "aws:kms"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
  }
}
