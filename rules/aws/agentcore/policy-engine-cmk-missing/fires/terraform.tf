resource "aws_bedrockagentcore_policy_engine" "tools" {
  name = "tools"
}
