resource "aws_bedrockagentcore_workload_identity" "claims" {
  name                                = "claims-agent"
  allowed_resource_oauth2_return_urls = ["https://*.example.com/callback"]
}
