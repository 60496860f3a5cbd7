resource "aws_launch_template" "model" {
  name          = "model"
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "inf2.xlarge"

  metadata_options {
    http_tokens = "required"
  }
}
