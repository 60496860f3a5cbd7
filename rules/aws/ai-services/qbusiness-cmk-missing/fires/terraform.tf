resource "aws_qbusiness_application" "assistant" {
  display_name                 = "assistant"
  iam_service_role_arn         = "arn:aws:iam::111122223333:role/assistant"
  identity_center_instance_arn = "arn:aws:sso:::instance/ssoins-0a1b2c3d4e5f6071"

  attachments_configuration {
    attachments_control_mode = "DISABLED"
  }
}
