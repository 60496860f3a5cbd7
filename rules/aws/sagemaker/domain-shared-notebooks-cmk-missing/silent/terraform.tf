resource "aws_sagemaker_domain" "research" {
  domain_name             = "research"
  auth_mode               = "SSO"
  app_network_access_type = "VpcOnly"
  vpc_id                  = "vpc-0a1b2c3d"
  subnet_ids              = ["subnet-0a1b2c3d"]

  default_user_settings {
    execution_role = "arn:aws:iam::111122223333:role/research"

    sharing_settings {
      notebook_output_option = "Allowed"
      s3_output_path         = "s3://research-shared/"
      s3_kms_key_id          = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"
    }
  }
}
