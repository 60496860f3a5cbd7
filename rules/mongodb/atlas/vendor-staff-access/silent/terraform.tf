resource "mongodbatlas_organization" "ai" {
  name                     = "Retail AI"
  org_owner_id             = "5f0c1d2e3b4a59687766aabb"
  description              = "Terraform key"
  role_names               = ["ORG_OWNER"]
  restrict_employee_access = true
}
