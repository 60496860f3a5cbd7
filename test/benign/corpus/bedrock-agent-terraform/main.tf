terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.20.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  model     = "anthropic.claude-sonnet-4-20250514-v1:0"
  tags      = { team = "claims", data-class = "confidential" }
}

resource "aws_kms_key" "ai" {
  description             = "Claims assistant: agent, guardrail, knowledge and logs"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_bedrock_guardrail" "claims" {
  name                      = "claims"
  description               = "Applied to every conversation of the claims assistant"
  blocked_input_messaging   = "I cannot help with that."
  blocked_outputs_messaging = "I cannot answer that."
  kms_key_arn               = aws_kms_key.ai.arn

  content_policy_config {
    tier_config {
      tier_name = "STANDARD"
    }

    dynamic "filters_config" {
      for_each = toset(["HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT"])
      content {
        type              = filters_config.value
        input_strength    = "HIGH"
        output_strength   = "HIGH"
        input_action      = "BLOCK"
        output_action     = "BLOCK"
        input_modalities  = ["TEXT", "IMAGE"]
        output_modalities = ["TEXT", "IMAGE"]
      }
    }

    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
      input_action    = "BLOCK"
    }
  }

  cross_region_config {
    guardrail_profile_identifier = "arn:${local.partition}:bedrock:${var.region}:${local.account}:guardrail-profile/eu.guardrail.v1:0"
  }

  contextual_grounding_policy_config {
    filters_config {
      type      = "GROUNDING"
      threshold = 0.8
    }
    filters_config {
      type      = "RELEVANCE"
      threshold = 0.75
    }
  }

  sensitive_information_policy_config {
    pii_entities_config {
      type   = "EMAIL"
      action = "ANONYMIZE"
    }
    pii_entities_config {
      type   = "US_SOCIAL_SECURITY_NUMBER"
      action = "BLOCK"
    }
    pii_entities_config {
      type   = "PASSWORD"
      action = "BLOCK"
    }
    pii_entities_config {
      type   = "AWS_ACCESS_KEY"
      action = "BLOCK"
    }
    pii_entities_config {
      type   = "AWS_SECRET_KEY"
      action = "BLOCK"
    }
  }

  topic_policy_config {
    tier_config {
      tier_name = "STANDARD"
    }
    topics_config {
      name       = "legal-advice"
      type       = "DENY"
      definition = "Advice on whether to take legal action against the insurer or another party."
      examples   = ["Should I sue the other driver?"]
    }
  }

  word_policy_config {
    managed_word_lists_config {
      type = "PROFANITY"
    }
  }

  tags = local.tags
}

resource "aws_bedrock_guardrail_version" "claims" {
  guardrail_arn = aws_bedrock_guardrail.claims.guardrail_arn
  description   = "Reviewed 2026-10-01"
}

data "aws_iam_policy_document" "agent_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:bedrock:${var.region}:${local.account}:agent/*"]
    }
  }
}

data "aws_iam_policy_document" "agent" {
  statement {
    sid       = "InvokeOneModel"
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = ["arn:${local.partition}:bedrock:${var.region}::foundation-model/${local.model}"]
  }
  statement {
    sid       = "ApplyGuardrail"
    actions   = ["bedrock:ApplyGuardrail"]
    resources = [aws_bedrock_guardrail.claims.guardrail_arn]
  }
  statement {
    sid       = "UseKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.ai.arn]
  }
}

resource "aws_iam_role" "agent" {
  name               = "claims-agent"
  assume_role_policy = data.aws_iam_policy_document.agent_trust.json
}

resource "aws_iam_role_policy" "agent" {
  role   = aws_iam_role.agent.id
  policy = data.aws_iam_policy_document.agent.json
}

resource "aws_bedrockagent_agent" "claims" {
  agent_name                  = "claims-assistant"
  agent_resource_role_arn     = aws_iam_role.agent.arn
  foundation_model            = local.model
  instruction                 = "You answer questions about the state of a claim. You never promise a payment and hand over to a person when asked to."
  idle_session_ttl_in_seconds = 900
  customer_encryption_key_arn = aws_kms_key.ai.arn
  prepare_agent               = true

  guardrail_configuration {
    guardrail_identifier = aws_bedrock_guardrail.claims.guardrail_id
    guardrail_version    = aws_bedrock_guardrail_version.claims.version
  }

  tags = local.tags
}

resource "aws_bedrockagent_agent_action_group" "status" {
  agent_id          = aws_bedrockagent_agent.claims.agent_id
  agent_version     = "DRAFT"
  action_group_name = "claim-status"

  action_group_executor {
    lambda = aws_lambda_function.status.arn
  }

  function_schema {
    member_functions {
      functions {
        name                 = "get_claim_status"
        description          = "Reads the state of the caller's claim"
        require_confirmation = "DISABLED"
        parameters {
          map_block_key = "claim_number"
          type          = "string"
          required      = true
        }
      }
      functions {
        name                 = "request_callback"
        description          = "Asks a person to call back"
        require_confirmation = "ENABLED"
        parameters {
          map_block_key = "claim_number"
          type          = "string"
          required      = true
        }
      }
    }
  }
}

resource "aws_bedrockagent_agent_alias" "live" {
  agent_id         = aws_bedrockagent_agent.claims.agent_id
  agent_alias_name = "live"

  routing_configuration {
    agent_version = "7"
  }
}
