resource "google_org_policy_policy" "policy" {
  name   = "organizations/123456789012/policies/ainotebooks.restrictPublicIp"
  parent = "organizations/123456789012"
  spec {
    rules {
      enforce = "TRUE"
    }
  }
}
