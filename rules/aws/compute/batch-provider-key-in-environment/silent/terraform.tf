resource "aws_batch_job_definition" "label" {
  name = "label"
  type = "container"

  container_properties = jsonencode({
    image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/label:v1"
    environment = [
      { name = "MISTRAL_MODEL", value = "mistral-large-3" }
    ]
  })
}
