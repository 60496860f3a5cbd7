resource "aws_instance" "model" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "g5.xlarge"

  user_data = <<-EOT
    #!/bin/bash
    vllm serve acme/tuned --trust-remote-code --host 127.0.0.1

  EOT
}
