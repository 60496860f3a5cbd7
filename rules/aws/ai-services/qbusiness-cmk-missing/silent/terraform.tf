resource "aws_qbusiness_application" "assistant" {
  display_name                 = "assistant"
  iam_service_role_arn         = "arn:aws:iam::111122223333:role/assistant"
  identity_center_instance_arn = "arn:aws:sso:::instance/ssoins-0a1b2c3d4e5f6071"

  attachments_configuration {
    attachments_control_mode = "DISABLED"
  }

  encryption_configuration {
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"
  }
}
