resource "aws_ecs_task_definition" "model" {
  family                   = "model"
  requires_compatibilities = ["EC2"]
  cpu                      = "4096"
  memory                   = "30720"

  container_definitions = jsonencode([
    {
      name  = "model"
      image = "ollama/ollama:latest"
    }
  ])
}
