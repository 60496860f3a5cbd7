resource "aws_sagemaker_space" "fraud" {
  domain_id  = "d-0a1b2c3d4e5f"
  space_name = "fraud"

  ownership_settings {
    owner_user_profile_name = "ada"
  }

  space_sharing_settings {
    sharing_type = "Private"
  }
}
