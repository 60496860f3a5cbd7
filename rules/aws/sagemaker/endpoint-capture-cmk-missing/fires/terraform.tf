resource "aws_sagemaker_endpoint_configuration" "fraud" {
  name = "fraud"

  production_variants {
    variant_name           = "main"
    model_name             = "fraud"
    instance_type          = "ml.g5.xlarge"
    initial_instance_count = 2
  }

  data_capture_config {
    enable_capture              = true
    initial_sampling_percentage = 20
    destination_s3_uri          = "s3://fraud-capture/"

    capture_options {
      capture_mode = "Input"
    }
  }
}
