resource "aws_rds_cluster" "vectors" {
  engine               = "aurora-postgresql"
  master_username      = "postgres"
  enable_http_endpoint = true
}
