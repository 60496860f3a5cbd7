resource "aws_bedrockagent_knowledge_base" "handbook" {
  name     = "handbook"
  role_arn = "arn:aws:iam::111122223333:role/kb"

  knowledge_base_configuration {
    type = "SQL"

    sql_knowledge_base_configuration {
      type = "REDSHIFT"

      redshift_configuration {
        query_engine_configuration {
          type = "SERVERLESS"

          serverless_configuration {
            workgroup_arn = "arn:aws:redshift-serverless:eu-central-1:111122223333:workgroup/3d1f2a90-5b8e-4a77-9c1b-0d6c2a7f4e11"

            auth_configuration {
              type = "IAM"
            }
          }
        }

        storage_configuration {
          type = "REDSHIFT"

          redshift_configuration {
            database_name = "sales"
          }
        }

        query_generation_configuration {
          execution_timeout_seconds = 30
        }
      }
    }
  }
}
