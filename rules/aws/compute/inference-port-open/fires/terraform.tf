resource "aws_security_group" "model" {
  name   = "model"
  vpc_id = "vpc-0a1b2c3d"

  ingress {
    from_port   = 8265
    to_port     = 8265
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
