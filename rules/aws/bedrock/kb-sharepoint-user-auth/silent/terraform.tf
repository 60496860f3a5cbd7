resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = "KB12345678"

  data_source_configuration {
    type = "SHAREPOINT"

    share_point_configuration {
      source_configuration {
        domain                 = "example"
        host_type              = "ONLINE"
        site_urls              = ["https://example.sharepoint.com/sites/handbook"]
        tenant_id              = "0f7b2a51-3c64-4a0e-9a53-5d1f0a6be3c2"
        auth_type              = "OAUTH2_SHAREPOINT_APP_ONLY_CLIENT_CREDENTIALS"
        credentials_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:kb-source-AbCdEf"
      }
    }
  }
}
