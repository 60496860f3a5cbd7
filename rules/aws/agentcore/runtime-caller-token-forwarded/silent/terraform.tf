resource "aws_bedrockagentcore_agent_runtime" "claims" {
  agent_runtime_name = "claims_agent"
  role_arn           = "arn:aws:iam::111122223333:role/claims-agent"

  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/claims-agent@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
    }
  }

  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      subnets         = ["subnet-0a1b2c3d"]
      security_groups = ["sg-0a1b2c3d"]
    }
  }

  request_header_configuration {
    request_header_allowlist = ["X-Correlation-Id"]
  }
}
