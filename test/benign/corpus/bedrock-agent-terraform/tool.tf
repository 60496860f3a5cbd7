data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "status" {
  statement {
    sid       = "ReadClaims"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.claims.arn]
  }
  statement {
    sid       = "WriteOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.status.arn}:*"]
  }
}

resource "aws_iam_role" "status" {
  name               = "claims-status-tool"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "status" {
  role   = aws_iam_role.status.id
  policy = data.aws_iam_policy_document.status.json
}

resource "aws_dynamodb_table" "claims" {
  name         = "claims"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "claim_number"

  attribute {
    name = "claim_number"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.ai.arn
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_cloudwatch_log_group" "status" {
  name              = "/aws/lambda/claims-status"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.ai.arn
}

resource "aws_lambda_function" "status" {
  function_name                  = "claims-status"
  role                           = aws_iam_role.status.arn
  runtime                        = "python3.13"
  handler                        = "status.handler"
  filename                       = "build/status.zip"
  kms_key_arn                    = aws_kms_key.ai.arn
  reserved_concurrent_executions = 20

  environment {
    variables = {
      TABLE = aws_dynamodb_table.claims.name
    }
  }
}

resource "aws_lambda_permission" "agent" {
  statement_id   = "claims-agent"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.status.function_name
  principal      = "bedrock.amazonaws.com"
  source_arn     = aws_bedrockagent_agent.claims.agent_arn
  source_account = local.account
}

resource "aws_cloudwatch_log_data_protection_policy" "status" {
  log_group_name  = aws_cloudwatch_log_group.status.name
  policy_document = aws_cloudwatch_log_data_protection_policy.prompts.policy_document
}
