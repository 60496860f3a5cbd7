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
      s3_uri = "s3://example-batch/output/"
    }
  }
}
