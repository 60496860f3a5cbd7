resource "aws_ecs_task_definition" "model" {
  family                   = "model"
  requires_compatibilities = ["EC2"]
  cpu                      = "4096"
  memory                   = "30720"

  container_definitions = jsonencode([
    {
      name       = "model"
      image      = "vllm/vllm-openai@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
      privileged = true
    }
  ])
}
