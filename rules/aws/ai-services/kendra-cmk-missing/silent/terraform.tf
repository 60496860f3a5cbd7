resource "aws_kendra_index" "handbook" {
  name     = "handbook"
  edition  = "ENTERPRISE_EDITION"
  role_arn = "arn:aws:iam::111122223333:role/assistant"

  server_side_encryption_configuration {
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"
  }
}
