resource "aws_s3_bucket" "handbook" {
  bucket = "example-handbook"
}

data "aws_iam_policy_document" "handbook" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["${aws_s3_bucket.handbook.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "handbook" {
  bucket = aws_s3_bucket.handbook.id
  policy = data.aws_iam_policy_document.handbook.json
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
