resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = "KB12345678"

  data_source_configuration {
    type = "CONFLUENCE"

    confluence_configuration {
      source_configuration {
        host_url               = "https://example.atlassian.net"
        host_type              = "SAAS"
        auth_type              = "BASIC"
        credentials_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:kb-source-AbCdEf"
      }
    }
  }
}
