resource "google_org_policy_policy" "policy" {
  name   = "organizations/123456789012/policies/vertexai.allowedPartnerModelFeatures"
  parent = "organizations/123456789012"
  spec {
    rules {
      allow_all = "TRUE"
    }
  }
}
