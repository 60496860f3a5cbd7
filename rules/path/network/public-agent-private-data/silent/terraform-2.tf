resource "aws_iam_role" "agent" {
  name = "agent"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]
  })
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
    network_mode = "PUBLIC"
  }
}
