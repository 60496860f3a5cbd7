resource "aws_ecs_service" "model" {
  name            = "model"
  cluster         = "models"
  task_definition = aws_ecs_task_definition.model.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_definition" "model" {
  family       = "model"
  network_mode = "awsvpc"

  container_definitions = jsonencode([
    {
      name  = "model"
      image = "ghcr.io/berriai/litellm@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
    }
  ])
}
