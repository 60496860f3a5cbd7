resource "aws_sagemaker_domain" "research" {
  domain_name             = "research"
  auth_mode               = "SSO"
  app_network_access_type = "VpcOnly"
  vpc_id                  = "vpc-0a1b2c3d"
  subnet_ids              = ["subnet-0a1b2c3d"]

  default_user_settings {
    execution_role  = "arn:aws:iam::111122223333:role/research"
    security_groups = ["sg-0a1b2c3d"]
  }
}
