resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = "KB12345678"

  data_source_configuration {
    type = "S3"

    s3_configuration {
      bucket_arn = "arn:aws:s3:::example-handbook"
    }
  }

  vector_ingestion_configuration {
    custom_transformation_configuration {
      intermediate_storage {
        s3_location {
          uri = "s3://example-kb-work/"
        }
      }

      transformation {
        step_to_apply = "POST_CHUNKING"

        transformation_function {
          transformation_lambda_configuration {
            lambda_arn = "arn:aws:lambda:eu-central-1:111122223333:function:enrich"
          }
        }
      }
    }
  }
}
