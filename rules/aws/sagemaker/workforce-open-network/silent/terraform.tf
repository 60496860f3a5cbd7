resource "aws_sagemaker_workforce" "annotators" {
  workforce_name = "annotators"

  cognito_config {
    user_pool = "eu-central-1_a1b2c3d4e"
    client_id = "0a1b2c3d4e5f"
  }

  source_ip_config {
    cidrs = ["198.51.100.0/24"]
  }
}
