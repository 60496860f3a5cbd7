resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
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
