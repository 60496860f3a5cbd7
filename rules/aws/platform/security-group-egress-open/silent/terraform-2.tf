resource "aws_security_group" "agents" {
  name        = "agents"
  description = "Agents"
  vpc_id      = "vpc-0a1b2c3d4e5f60718"

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
