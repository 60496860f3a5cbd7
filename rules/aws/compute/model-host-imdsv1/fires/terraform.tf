resource "aws_instance" "model" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "p5.48xlarge"
}
