terraform {
  required_providers {
    aws   = { source = "hashicorp/aws", version = "~> 6.25" }
    awscc = { source = "hashicorp/awscc", version = "~> 1.60" }
  }
}

provider "aws" {
  region = var.region
}

locals {
  name   = "acme-support-${var.environment}"
  tables = ["orders", "customers", "refunds"]
}

module "network" {
  source = "./modules/network"
  name   = local.name
}

module "agent" {
  source            = "./modules/agent"
  name              = local.name
  model             = var.model
  knowledge_base_id = aws_bedrockagent_knowledge_base.handbook.id
  lambda_arn        = aws_lambda_function.refund.arn
  guardrail_id      = var.use_guardrail ? aws_bedrock_guardrail.support.guardrail_id : null
  data_bucket_arn   = aws_s3_bucket.handbook.arn
}

resource "aws_bedrock_guardrail" "support" {
  name                      = local.name
  blocked_input_messaging   = "This request cannot be handled."
  blocked_outputs_messaging = "This answer cannot be shown."

  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "LOW"
      output_strength = "NONE"
    }
    filters_config {
      type            = "VIOLENCE"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_s3_bucket" "handbook" {
  bucket = "${local.name}-handbook"
}

resource "aws_s3_bucket_public_access_block" "handbook" {
  bucket                  = aws_s3_bucket.handbook.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = false
}

resource "aws_bedrockagent_knowledge_base" "handbook" {
  name     = "${local.name}-handbook"
  role_arn = module.agent.role_arn

  knowledge_base_configuration {
    type = "VECTOR"
    vector_knowledge_base_configuration {
      embedding_model_arn = "arn:aws:bedrock:${var.region}::foundation-model/amazon.titan-embed-text-v2:0"
    }
  }

  storage_configuration {
    type = "RDS"
    rds_configuration {
      credentials_secret_arn = aws_secretsmanager_secret.database.arn
      database_name          = "support"
      resource_arn           = aws_rds_cluster.support.arn
      table_name             = "handbook_embeddings"
      field_mapping {
        metadata_field    = "metadata"
        primary_key_field = "id"
        text_field        = "chunk"
        vector_field      = "embedding"
      }
    }
  }
}

resource "aws_bedrockagent_data_source" "website" {
  name              = "community-forum"
  knowledge_base_id = aws_bedrockagent_knowledge_base.handbook.id

  data_source_configuration {
    type = "WEB"
    web_configuration {
      source_configuration {
        url_configuration {
          seed_urls { url = "https://community.acme.example/" }
        }
      }
    }
  }
}

resource "aws_rds_cluster" "support" {
  cluster_identifier              = local.name
  engine                          = "aurora-postgresql"
  database_name                   = "support"
  master_username                 = "postgres"
  master_password                 = var.database_password
  storage_encrypted               = false
  iam_database_authentication_enabled = false
  vpc_security_group_ids          = [module.network.database_security_group_id]
}

resource "aws_secretsmanager_secret" "database" {
  name = "${local.name}/database"
}

resource "aws_lambda_function" "refund" {
  function_name = "${local.name}-refund"
  role          = module.agent.role_arn
  handler       = "refund.handler"
  runtime       = "python3.13"
  filename      = "refund.zip"
  environment {
    variables = { DATABASE_HOST = aws_rds_cluster.support.endpoint }
  }
}

resource "awscc_bedrockagentcore_runtime" "triage" {
  agent_runtime_name = "triage"
  role_arn           = module.agent.role_arn
  agent_runtime_artifact = {
    container_configuration = {
      container_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/triage:latest"
    }
  }
  network_configuration = {
    network_mode = "PUBLIC"
  }
}

resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "support-tools"
  role_arn        = module.agent.role_arn
  authorizer_type = "NONE"
  protocol_type   = "MCP"
  exception_level = "DEBUG"
}

resource "aws_bedrockagentcore_gateway_target" "refunds" {
  name               = "refunds"
  gateway_identifier = aws_bedrockagentcore_gateway.tools.gateway_id
  credential_provider_configuration {
    gateway_iam_role {}
  }
  target_configuration {
    mcp {
      lambda {
        lambda_arn = aws_lambda_function.refund.arn
        tool_schema {
          inline_payload {
            name        = "issue_refund"
            description = "Refund an order"
            input_schema {
              type = "object"
            }
          }
        }
      }
    }
  }
}

resource "aws_bedrockagentcore_memory" "conversations" {
  name                  = "conversations"
  event_expiry_duration = 365
}
