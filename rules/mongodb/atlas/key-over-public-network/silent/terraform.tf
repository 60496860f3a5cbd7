resource "mongodbatlas_encryption_at_rest" "key" {
  project_id = "6540f0b1c2d3e4f5a6b7c8d9"
  aws_kms_config {
    enabled                    = true
    customer_master_key_id     = "4f6b1a2c-3d4e-4f50-8a9b-0c1d2e3f4a5b"
    region                     = "EU_CENTRAL_1"
    role_id                    = "65a1b2c3d4e5f60718293a4b"
    require_private_networking = true
  }
}
