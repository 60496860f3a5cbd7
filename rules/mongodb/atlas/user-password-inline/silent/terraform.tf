variable "db_password" {
  type      = string
  sensitive = true
}

resource "mongodbatlas_database_user" "rag" {
  project_id         = "6540f0b1c2d3e4f5a6b7c8d9"
  username           = "rag-api"
  auth_database_name = "admin"
  password           = var.db_password
  roles {
    role_name     = "read"
    database_name = "handbook"
  }
}
