resource "aws_iam_role" "sales" {
  name = "sales"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "claims" {
  name = "claims"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_bedrockagentcore_agent_runtime" "sales" {
  agent_runtime_name = "sales"
  role_arn           = aws_iam_role.sales.arn
  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/sales:4.2.0"
    }
  }
  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      security_groups = ["sg-0123456789abcdef0"]
      subnets         = ["subnet-0123456789abcdef0"]
    }
  }
  environment_variables = {
    MEMORY_ID = aws_bedrockagentcore_memory.sales.id
  }
}

resource "aws_bedrockagentcore_agent_runtime" "claims" {
  agent_runtime_name = "claims"
  role_arn           = aws_iam_role.claims.arn
  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/claims:4.2.0"
    }
  }
  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      security_groups = ["sg-0123456789abcdef0"]
      subnets         = ["subnet-0123456789abcdef0"]
    }
  }
  environment_variables = {
    MEMORY_ID = aws_bedrockagentcore_memory.sales.id
  }
}

resource "aws_bedrockagentcore_memory" "sales" {
  name                  = "sales"
  event_expiry_duration = 30
}
