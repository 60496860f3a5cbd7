resource "aws_bedrockagentcore_registry" "tools" {
  name          = "tools"
  auto_approval = false
}
