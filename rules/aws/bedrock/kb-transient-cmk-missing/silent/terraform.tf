resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = "KB12345678"

  data_source_configuration {
    type = "S3"

    s3_configuration {
      bucket_arn = "arn:aws:s3:::example-handbook"
    }
  }

  server_side_encryption_configuration {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
  }
}
