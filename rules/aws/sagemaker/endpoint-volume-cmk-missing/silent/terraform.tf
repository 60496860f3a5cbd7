resource "aws_sagemaker_endpoint_configuration" "fraud" {
  name        = "fraud"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"

  production_variants {
    variant_name           = "main"
    model_name             = "fraud"
    instance_type          = "ml.g5.xlarge"
    initial_instance_count = 2
  }
}
