resource "aws_organizations_policy" "ai" {
  name    = "ai"
  type    = "AISERVICES_OPT_OUT_POLICY"
  content = jsonencode({
    services = {
      default = {
        "@@operators_allowed_for_child_policies" = ["@@none"]
        opt_out_policy = {
          "@@operators_allowed_for_child_policies" = ["@@none"]
          "@@assign" = "optOut"
        }
      }
    }
  })
}
