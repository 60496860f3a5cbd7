resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    image_data_delivery_enabled = false

    s3_config {
      bucket_name = "example-prompt-logs"
    }
  }
}
