terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.20.0"
    }
  }
}

module "network" {
  source = "./network"
  cidr   = "10.40.0.0/16"
  zones  = ["eu-west-1a", "eu-west-1b"]
}

resource "aws_s3_bucket" "site" {
  bucket_prefix = "shop-site-"
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_lambda_function" "checkout" {
  function_name = "checkout"
  role          = aws_iam_role.checkout.arn
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = "build/checkout.zip"

  vpc_config {
    subnet_ids         = module.network.private_subnet_ids
    security_group_ids = [aws_security_group.checkout.id]
  }

  environment {
    variables = {
      DATABASE_HOST = aws_db_instance.orders.address
    }
  }
}

resource "aws_iam_role" "checkout" {
  name = "checkout"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_lambda_function_url" "checkout" {
  function_name      = aws_lambda_function.checkout.function_name
  authorization_type = "AWS_IAM"
}

resource "aws_security_group" "checkout" {
  name_prefix = "checkout-"
  vpc_id      = module.network.vpc_id

  egress {
    description = "everything out"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "front" {
  name               = "front"
  load_balancer_type = "application"
  subnets            = module.network.public_subnet_ids
  security_groups    = [aws_security_group.front.id]
}

resource "aws_security_group" "front" {
  name_prefix = "front-"
  vpc_id      = module.network.vpc_id

  ingress {
    description = "the web"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true
  storage_encrypted           = true
  db_subnet_group_name        = module.network.database_subnet_group
}

resource "aws_cloudwatch_log_group" "checkout" {
  name = "/aws/lambda/checkout"
}
