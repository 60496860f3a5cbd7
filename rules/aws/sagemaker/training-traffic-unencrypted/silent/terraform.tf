resource "aws_sagemaker_training_job" "tune" {
  training_job_name                         = "tune"
  role_arn                                  = "arn:aws:iam::111122223333:role/research"
  enable_inter_container_traffic_encryption = true

  algorithm_specification {
    training_image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/serve@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
    training_input_mode = "File"
  }

  output_data_config {
    s3_output_path = "s3://models/"
  }

  resource_config {
    instance_type     = "ml.g5.xlarge"
    instance_count    = 2
    volume_size_in_gb = 100
  }

  stopping_condition {
    max_runtime_in_seconds = 86400
  }
}
