resource "aws_sagemaker_hub" "models" {
  hub_name        = "models"
  hub_description = "Approved models"

  s3_storage_config {
    s3_output_path = "s3://${aws_s3_bucket.hub.id}/hub/"
  }
}

resource "aws_s3_bucket" "hub" {
  bucket_prefix = "models-hub-"
}

resource "aws_s3_bucket_public_access_block" "hub" {
  bucket                  = aws_s3_bucket.hub.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = false
}
