resource "mongodbatlas_database_user" "rag" {
  project_id         = "6540f0b1c2d3e4f5a6b7c8d9"
  username           = "rag-api"
  auth_database_name = "admin"
  password           = "correct-horse-battery-staple"
  roles {
    role_name     = "read"
    database_name = "handbook"
  }
}
