resource "aws_instance" "model" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "g5.xlarge"

  user_data = <<-EOT
    #!/bin/bash
    docker run -d --gpus all -p 8000:8000 vllm/vllm-openai --model acme/tuned

  EOT
}
