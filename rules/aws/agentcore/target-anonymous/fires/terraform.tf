resource "aws_bedrockagentcore_gateway_target" "crm" {
  name               = "crm"
  gateway_identifier = "tools-0a1b2c3d4e"

  target_configuration {
    mcp {
      mcp_server {
        endpoint = "https://mcp.crm.example.com/mcp"
      }
    }
  }
}
