resource "aws_bedrock_custom_model" "support" {
  base_model_identifier   = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k"
  custom_model_name       = "support"
  job_name                = "support-1"
  role_arn                = "arn:aws:iam::111122223333:role/tuning"
  custom_model_kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
  hyperparameters         = {
    "epochCount" = "1"
  }

  output_data_config {
    s3_uri = "s3://example-tuning/output/"
  }

  training_data_config {
    s3_uri = "s3://example-tuning/train.jsonl"
  }
}
