resource "aws_opensearch_domain" "vectors" {
  domain_name    = "vectors"
  engine_version = "OpenSearch_2.19"

  access_policies = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        AWS = "*"
      }
      Action   = "es:ESHttp*"
      Resource = "arn:aws:es:eu-central-1:111122223333:domain/vectors/*"
    }]
  })
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
    type = "OPENSEARCH_MANAGED_CLUSTER"

    opensearch_managed_cluster_configuration {
      domain_arn        = aws_opensearch_domain.vectors.arn
      domain_endpoint   = "https://search-vectors.eu-central-1.es.amazonaws.com"
      vector_index_name = "handbook"

      field_mapping {
        vector_field   = "vector"
        text_field     = "text"
        metadata_field = "meta"
      }
    }
  }
}
