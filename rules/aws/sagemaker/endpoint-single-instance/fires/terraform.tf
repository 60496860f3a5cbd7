resource "aws_sagemaker_endpoint_configuration" "fraud" {
  name = "fraud"

  production_variants {
    variant_name           = "main"
    model_name             = "fraud"
    instance_type          = "ml.g5.xlarge"
    initial_instance_count = 1
  }
}
