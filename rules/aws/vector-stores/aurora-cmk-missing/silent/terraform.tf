resource "aws_rds_cluster" "vectors" {
  engine               = "aurora-postgresql"
  master_username      = "postgres"
  enable_http_endpoint = true
  storage_encrypted    = true
  kms_key_id           = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
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

  storage_configuration {
    type = "RDS"

    rds_configuration {
      resource_arn           = aws_rds_cluster.vectors.arn
      credentials_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:kb-store-AbCdEf"
      database_name          = "handbook"
      table_name             = "chunks"

      field_mapping {
        primary_key_field = "id"
        vector_field      = "vector"
        text_field        = "text"
        metadata_field    = "meta"
      }
    }
  }
}
