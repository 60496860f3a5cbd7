resource "aws_opensearch_domain" "vectors" {
  domain_name    = "vectors"
  engine_version = "OpenSearch_2.19"

  access_policies = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = {
        AWS = "*"
      }
      Action   = "es:ESHttp*"
      Resource = "arn:aws:es:eu-central-1:111122223333:domain/vectors/*"
    }]
  })
}
