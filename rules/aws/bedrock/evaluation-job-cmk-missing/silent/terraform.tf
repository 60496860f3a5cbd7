resource "aws_bedrock_evaluation_job" "support" {
  job_name                   = "support"
  role_arn                   = "arn:aws:iam::111122223333:role/evaluation"
  customer_encryption_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"

  output_data_config {
    s3_uri = "s3://example-evaluation/"
  }
}
