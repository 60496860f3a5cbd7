resource "aws_bedrockagentcore_policy" "read_contacts" {
  name             = "read_contacts"
  policy_engine_id = "tools-a1b2c3d4e5"

  definition {
    cedar {
      statement = <<-EOT
        permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"crm___read_contact", resource) when { principal.hasTag("team") };
      EOT
    }
  }
}
