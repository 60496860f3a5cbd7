variable "name" { type = string }
variable "model" { type = string }
variable "knowledge_base_id" { type = string }
variable "lambda_arn" { type = string }
variable "data_bucket_arn" { type = string }
variable "guardrail_id" {
  type    = string
  default = null
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com", "lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "agent" {
  statement {
    actions   = ["bedrock:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "secretsmanager:GetSecretValue"]
    resources = ["*"]
  }
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.data_bucket_arn}/*"]
  }
}

resource "aws_iam_role" "agent" {
  name               = "${var.name}-agent"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "agent" {
  role   = aws_iam_role.agent.id
  policy = data.aws_iam_policy_document.agent.json
}

resource "aws_bedrockagent_agent" "support" {
  agent_name                  = var.name
  agent_resource_role_arn     = aws_iam_role.agent.arn
  foundation_model            = var.model
  idle_session_ttl_in_seconds = 3600
  instruction                 = "You are the support assistant of Acme. Help customers with orders and refunds."

  dynamic "guardrail_configuration" {
    for_each = var.guardrail_id == null ? [] : [var.guardrail_id]
    content {
      guardrail_identifier = guardrail_configuration.value
      guardrail_version    = "DRAFT"
    }
  }
}

resource "aws_bedrockagent_agent_knowledge_base_association" "handbook" {
  agent_id             = aws_bedrockagent_agent.support.agent_id
  knowledge_base_id    = var.knowledge_base_id
  description          = "Product handbook and forum"
  knowledge_base_state = "ENABLED"
}

resource "aws_bedrockagent_agent_action_group" "refunds" {
  agent_id          = aws_bedrockagent_agent.support.agent_id
  agent_version     = "DRAFT"
  action_group_name = "refunds"

  action_group_executor {
    lambda = var.lambda_arn
  }

  function_schema {
    member_functions {
      functions {
        name        = "issue_refund"
        description = "Pay money back for an order"
        parameters {
          map_block_key = "amount"
          type          = "number"
          required      = true
        }
      }
    }
  }
}

output "role_arn" {
  value = aws_iam_role.agent.arn
}
