resource "aws_ecs_task_definition" "model" {
  family                   = "model"
  requires_compatibilities = ["EC2"]
  cpu                      = "4096"
  memory                   = "30720"

  container_definitions = jsonencode([
    {
      name  = "model"
      image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/agent@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
      secrets = [
        { name = "OPENAI_API_KEY", valueFrom = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:openai-AbCdEf" }
      ]
      environment = [
        { name = "OPENAI_BASE_URL", value = "https://api.openai.com/v1" }
      ]
    }
  ])
}
