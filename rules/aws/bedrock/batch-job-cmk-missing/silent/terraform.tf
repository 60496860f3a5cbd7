resource "aws_bedrock_model_invocation_job" "nightly" {
  job_name = "nightly"
  model_id = "anthropic.claude-sonnet-4-5-20250929-v1:0"
  role_arn = "arn:aws:iam::111122223333:role/batch"

  input_data_config {
    s3_input_data_config {
      s3_uri = "s3://example-batch/input/"
    }
  }

  output_data_config {
    s3_output_data_config {
      s3_uri               = "s3://example-batch/output/"
      s3_encryption_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
    }
  }
}
