resource "mongodbatlas_project_ip_access_list" "entry" {
  project_id = "6540f0b1c2d3e4f5a6b7c8d9"
  cidr_block = "198.51.100.0/28"
  comment    = "application"
}
