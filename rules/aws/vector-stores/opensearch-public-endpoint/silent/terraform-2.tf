resource "aws_opensearch_domain" "vectors" {
  domain_name    = "vectors"
  engine_version = "OpenSearch_2.19"
}
