resource "aws_bedrockagent_data_source" "handbook" {
  name              = "handbook"
  knowledge_base_id = "KB12345678"

  data_source_configuration {
    type = "WEB"

    web_configuration {
      source_configuration {
        url_configuration {
          seed_urls {
            url = "https://docs.example.com/handbook/"
          }
        }
      }

      crawler_configuration {
        scope = "SUBDOMAINS"
      }
    }
  }
}
