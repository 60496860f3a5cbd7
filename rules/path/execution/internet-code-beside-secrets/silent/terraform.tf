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
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.erp.arn }]
  })
}

resource "aws_secretsmanager_secret" "erp" {
  name = "erp"
}

resource "aws_bedrockagentcore_code_interpreter" "tool" {
  name = "tool"
  network_configuration {
    network_mode = "VPC"
    vpc_config {
      security_groups = ["sg-0123456789abcdef0"]
      subnets         = ["subnet-0123456789abcdef0"]
    }
  }
}

resource "aws_bedrockagentcore_agent_runtime" "analyst" {
  agent_runtime_name = "analyst"
  role_arn           = aws_iam_role.agent.arn
  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/analyst:4.2.0"
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
    TOOL_ID = aws_bedrockagentcore_code_interpreter.tool.code_interpreter_id
  }
}
