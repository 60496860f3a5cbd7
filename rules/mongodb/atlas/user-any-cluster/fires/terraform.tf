resource "mongodbatlas_database_user" "rag" {
  project_id         = "6540f0b1c2d3e4f5a6b7c8d9"
  username           = "arn:aws:iam::123456789012:role/rag-api"
  auth_database_name = "$external"
  aws_iam_type       = "ROLE"
  roles {
    role_name     = "read"
    database_name = "handbook"
  }
}
