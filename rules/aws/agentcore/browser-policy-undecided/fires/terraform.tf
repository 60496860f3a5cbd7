resource "aws_bedrockagentcore_browser" "research" {
  name = "research_browser"

  network_configuration {
    network_mode = "VPC"
    vpc_config {
      subnets         = ["subnet-0a1b2c3d"]
      security_groups = ["sg-0a1b2c3d"]
    }
  }
}
