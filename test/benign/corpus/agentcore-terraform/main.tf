terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.20.0"
    }
  }
}

variable "image_digest" {
  type    = string
  default = "sha256:9f2c1a7be1d0c6b4b1d7a0b1f3f5a9c2d4e6f8091a2b3c4d5e6f708192a3b4c5"
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_id" {
  type = string
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region
  issuer  = "https://login.example-bank.com/realms/workforce/.well-known/openid-configuration"
}

resource "aws_kms_key" "agent" {
  description         = "Travel agent: gateway, memory, policies"
  enable_key_rotation = true
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["bedrock-agentcore.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:bedrock-agentcore:${local.region}:${local.account}:*"]
    }
  }
}

resource "aws_ecr_repository" "agent" {
  name                 = "travel-agent"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_iam_role" "runtime" {
  name               = "travel-agent-runtime"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "runtime" {
  statement {
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = ["arn:aws:bedrock:${local.region}::foundation-model/amazon.nova-pro-v1:0"]
  }
  statement {
    actions   = ["bedrock-agentcore:InvokeGateway"]
    resources = [aws_bedrockagentcore_gateway.tools.gateway_arn]
  }
  statement {
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.agent.arn]
  }
}

resource "aws_iam_role_policy" "runtime" {
  role   = aws_iam_role.runtime.id
  policy = data.aws_iam_policy_document.runtime.json
}

resource "aws_bedrockagentcore_agent_runtime" "travel" {
  agent_runtime_name = "travel"
  role_arn           = aws_iam_role.runtime.arn

  agent_runtime_artifact {
    container_configuration {
      container_uri = "${aws_ecr_repository.agent.repository_url}@${var.image_digest}"
    }
  }

  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      subnets         = var.subnet_ids
      security_groups = [var.security_group_id]
    }
  }

  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url    = local.issuer
      allowed_audience = ["travel-agent"]
      allowed_clients  = ["travel-portal"]
      allowed_scopes   = ["travel.book"]
    }
  }

  lifecycle_configuration {
    idle_runtime_session_timeout = 900
    max_lifetime                 = 3600
  }

  protocol_configuration {
    server_protocol = "HTTP"
  }
}

resource "aws_iam_role" "gateway" {
  name               = "travel-gateway"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "gateway" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.search.arn]
  }
}

resource "aws_iam_role_policy" "gateway" {
  role   = aws_iam_role.gateway.id
  policy = data.aws_iam_policy_document.gateway.json
}

resource "aws_bedrockagentcore_policy_engine" "travel" {
  name               = "travel"
  encryption_key_arn = aws_kms_key.agent.arn
}

resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "travel-tools"
  role_arn        = aws_iam_role.gateway.arn
  protocol_type   = "MCP"
  authorizer_type = "CUSTOM_JWT"
  kms_key_arn     = aws_kms_key.agent.arn

  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url    = local.issuer
      allowed_audience = ["travel-tools"]
      allowed_clients  = ["travel-agent"]
    }
  }

  policy_engine_configuration {
    arn  = aws_bedrockagentcore_policy_engine.travel.policy_engine_arn
    mode = "ENFORCE"
  }
}

resource "aws_iam_role" "search" {
  name = "travel-search"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_lambda_function" "search" {
  function_name = "travel-search"
  role          = aws_iam_role.search.arn
  runtime       = "nodejs22.x"
  handler       = "search.handler"
  filename      = "build/search.zip"
}

resource "aws_bedrockagentcore_gateway_target" "search" {
  name               = "search"
  gateway_identifier = aws_bedrockagentcore_gateway.tools.gateway_id

  credential_provider_configuration {
    gateway_iam_role {}
  }

  target_configuration {
    mcp {
      lambda {
        lambda_arn = aws_lambda_function.search.arn
        tool_schema {
          inline_payload {
            name        = "search_trains"
            description = "Lists trains between two stations on a day"
            input_schema {
              type = "object"
              property {
                name     = "from"
                type     = "string"
                required = true
              }
              property {
                name     = "to"
                type     = "string"
                required = true
              }
            }
          }
        }
      }
    }
  }
}

resource "aws_bedrockagentcore_memory" "travel" {
  name                  = "travel"
  event_expiry_duration = 30
  encryption_key_arn    = aws_kms_key.agent.arn
}

resource "aws_bedrockagentcore_memory_strategy" "preferences" {
  name       = "preferences"
  memory_id  = aws_bedrockagentcore_memory.travel.id
  type       = "USER_PREFERENCE"
  namespaces = ["travel/{actorId}/preferences"]
}

# The limit has no resource in the aws provider yet.
resource "awscc_bedrockagentcore_gateway_rate_limit" "tools" {
  gateway_identifier = aws_bedrockagentcore_gateway.tools.gateway_id
  dimension_keys     = ["toolName"]
  entries = [{
    dimensions = { toolName = "*" }
    requests   = [{ rate = 120, period = "minute" }]
  }]
}
