variable "org_id" {
  type = string
}

resource "google_org_policy_policy" "policy" {
  name   = "organizations/${var.org_id}/policies/vertexai.allowedModels"
  parent = "organizations/${var.org_id}"
  spec {
    rules {
      deny_all = "TRUE"
    }
  }
}
