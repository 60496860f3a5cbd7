resource "aws_bedrockagentcore_memory" "support" {
  name                  = "support_memory"
  event_expiry_duration = 30
}

resource "aws_bedrockagentcore_memory_strategy" "facts" {
  name       = "facts"
  memory_id  = aws_bedrockagentcore_memory.support.id
  type       = "SEMANTIC"
  namespaces = ["/facts/"]
}
