resource "aws_bedrock_evaluation_job" "support" {
  job_name = "support"
  role_arn = "arn:aws:iam::111122223333:role/evaluation"

  output_data_config {
    s3_uri = "s3://example-evaluation/"
  }
}
