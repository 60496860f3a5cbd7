resource "aws_bedrockagent_agent_alias" "live" {
  agent_alias_name = "live"
  agent_id         = "AGENT12345"

  routing_configuration = [{
    agent_version          = "DRAFT"
    provisioned_throughput = null
  }]
}
