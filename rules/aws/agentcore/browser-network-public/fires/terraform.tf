resource "aws_bedrockagentcore_browser" "research" {
  name = "research_browser"

  network_configuration {
    network_mode = "PUBLIC"
  }
}
