resource "aws_security_group" "model" {
  name = "model"
  ingress {
    from_port   = 8000
    to_port     = 8000
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "model" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "g6.2xlarge"
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.model.id]
  user_data                   = <<-EOT
    #!/bin/bash
    docker run -d --gpus all -p 8000:8000 vllm/vllm-openai:v0.11.0 --model mistralai/Mistral-Small-3.2-24B-Instruct-2506
  EOT
}
