resource "aws_apprunner_service" "chat" {
  service_name = "chat"

  source_configuration {
    image_repository {
      image_identifier      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/open-webui:v1"
      image_repository_type = "ECR"

      image_configuration {
        port = "8080"
      }
    }
  }

  network_configuration {
    ingress_configuration {
      is_publicly_accessible = false
    }
  }
}
