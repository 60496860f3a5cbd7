resource "aws_security_group" "agents" {
  name        = "agents"
  description = "Agents"
  vpc_id      = "vpc-0a1b2c3d4e5f60718"

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/16"]
  }

  ingress {
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_bedrockagentcore_agent_runtime" "support" {
  agent_runtime_name = "support"
  role_arn           = "arn:aws:iam::111122223333:role/agent"

  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/support:1.4.0"
    }
  }

  network_configuration {
    network_mode = "VPC"

    network_mode_config {
      subnets         = ["subnet-0a1b2c3d4e5f60718"]
      security_groups = [aws_security_group.agents.id]
    }
  }
}
