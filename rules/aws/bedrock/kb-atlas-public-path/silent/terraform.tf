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
    type = "MONGO_DB_ATLAS"

    mongo_db_atlas_configuration {
      endpoint               = "handbook.abcde.mongodb.net"
      credentials_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:kb-source-AbCdEf"
      database_name          = "handbook"
      collection_name        = "chunks"
      vector_index_name      = "vectors"
      endpoint_service_name  = "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d4e5f60718"

      field_mapping {
        vector_field   = "vector"
        text_field     = "text"
        metadata_field = "meta"
      }
    }
  }
}
