resource "aws_rds_cluster_instance" "vectors" {
  cluster_identifier  = aws_rds_cluster.vectors.id
  engine              = "aurora-postgresql"
  instance_class      = "db.serverless"
  publicly_accessible = true
}

resource "aws_rds_cluster" "vectors" {
  engine               = "aurora-postgresql"
  master_username      = "postgres"
  enable_http_endpoint = true
}
