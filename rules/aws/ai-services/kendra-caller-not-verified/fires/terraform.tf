resource "aws_kendra_index" "handbook" {
  name     = "handbook"
  edition  = "ENTERPRISE_EDITION"
  role_arn = "arn:aws:iam::111122223333:role/assistant"
}
