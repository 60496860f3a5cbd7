resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "handbook" {
  bucket = aws_s3_bucket.handbook.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
    }
  }
}

resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = aws_bedrockagent_knowledge_base.handbook.id

  data_source_configuration {
    type = "S3"

    s3_configuration {
      bucket_arn = aws_s3_bucket.handbook.arn
    }
  }
}

resource "aws_bedrockagent_knowledge_base" "handbook" {
  name     = "handbook"
  role_arn = "arn:aws:iam::111122223333:role/kb"

  knowledge_base_configuration {
    type = "VECTOR"

    vector_knowledge_base_configuration {
      embedding_model_arn = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.titan-embed-text-v2:0"
    }
  }
}
