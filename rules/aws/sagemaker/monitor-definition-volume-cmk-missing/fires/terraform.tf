resource "aws_sagemaker_data_quality_job_definition" "fraud" {
  name     = "fraud"
  role_arn = "arn:aws:iam::111122223333:role/research"

  data_quality_app_specification {
    image_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/serve@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
  }

  data_quality_job_input {
    endpoint_input {
      endpoint_name = "fraud"
    }
  }

  data_quality_job_output_config {
    monitoring_outputs {
      s3_output {
        s3_uri = "s3://monitoring/"
      }
    }
  }

  job_resources {
    cluster_config {
      instance_count    = 2
      instance_type     = "ml.m5.large"
      volume_size_in_gb = 20
    }
  }
}
