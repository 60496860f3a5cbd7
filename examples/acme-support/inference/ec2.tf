resource "aws_security_group" "vllm" {
  name = "vllm"

  ingress {
    from_port   = 8000
    to_port     = 8000
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "vllm" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "g6.2xlarge"
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.vllm.id]

  metadata_options {
    http_tokens = "optional"
  }

  user_data = <<-EOT
    #!/bin/bash
    docker run -d --gpus all -p 8000:8000 vllm/vllm-openai:latest \
      --model mistralai/Mistral-Small-3.2-24B-Instruct-2506 --trust-remote-code
  EOT
}
