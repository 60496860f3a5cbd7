resource "aws_iam_role" "agent" {
  name = "agent"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "agent" {
  role = aws_iam_role.agent.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.contracts.arn}/*" }]
  })
}

resource "aws_s3_bucket" "contracts" {
  bucket = "acme-contracts"
}

resource "aws_bedrockagentcore_agent_runtime" "triage" {
  agent_runtime_name = "triage"
  role_arn           = aws_iam_role.agent.arn
  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/triage:4.2.0"
    }
  }
  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      security_groups = ["sg-0123456789abcdef0"]
      subnets         = ["subnet-0123456789abcdef0"]
    }
  }
}
