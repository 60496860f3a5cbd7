resource "aws_security_group" "model" {
  name   = "model"
  vpc_id = "vpc-0a1b2c3d"

  ingress {
    from_port   = 8000
    to_port     = 8000
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "model" {
  ami                    = "ami-0a1b2c3d4e5f60718"
  instance_type          = "g5.xlarge"
  vpc_security_group_ids = [aws_security_group.model.id]

  user_data = <<-EOT
    #!/bin/bash
    docker run -d --gpus all -p 127.0.0.1:8000:8080 --env-file /etc/llama.env ghcr.io/ggml-org/llama.cpp:server-cuda-b7000 --model /models/tuned.gguf
  EOT
}
