resource "aws_sagemaker_user_profile" "ada" {
  domain_id         = "d-0a1b2c3d4e5f"
  user_profile_name = "ada"
}
