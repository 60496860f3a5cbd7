resource "aws_instance" "model" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "g5.xlarge"

  user_data = <<-EOT
    #!/bin/bash
    curl -O https://ci:fixture-not-real-01@weights.example.com/tuned.tar && vllm serve /opt/tuned

  EOT
}
