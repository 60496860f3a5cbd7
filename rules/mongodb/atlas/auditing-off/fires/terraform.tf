resource "mongodbatlas_auditing" "audit" {
  project_id                  = "6540f0b1c2d3e4f5a6b7c8d9"
  audit_filter                = "{\"atype\":\"authCheck\",\"param.ns\":\"handbook.chunks\"}"
  audit_authorization_success = true
  enabled                     = false
}
