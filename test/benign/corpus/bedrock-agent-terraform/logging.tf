resource "aws_cloudwatch_log_group" "prompts" {
  name              = "/bedrock/invocations"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.ai.arn
}

resource "aws_cloudwatch_log_data_protection_policy" "prompts" {
  log_group_name = aws_cloudwatch_log_group.prompts.name
  policy_document = jsonencode({
    Name    = "mask-personal-data"
    Version = "2021-06-01"
    Statement = [
      {
        Sid            = "Audit"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Audit = { FindingsDestination = {} } }
      },
      {
        Sid            = "Mask"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Deidentify = { MaskConfig = {} } }
      }
    ]
  })
}

resource "aws_s3_bucket" "large" {
  bucket = "claims-bedrock-large-data"
}

resource "aws_s3_bucket_public_access_block" "large" {
  bucket                  = aws_s3_bucket.large.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "large" {
  bucket = aws_s3_bucket.large.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "large" {
  bucket = aws_s3_bucket.large.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.ai.arn
    }
    bucket_key_enabled = true
  }
}

data "aws_iam_policy_document" "large" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.large.arn, "${aws_s3_bucket.large.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
  statement {
    sid       = "BedrockWrites"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.large.arn}/*"]
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
      values   = ["arn:${local.partition}:bedrock:${var.region}:${local.account}:*"]
    }
  }
}

resource "aws_s3_bucket_policy" "large" {
  bucket = aws_s3_bucket.large.id
  policy = data.aws_iam_policy_document.large.json
}

data "aws_iam_policy_document" "logging_trust" {
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
      values   = ["arn:${local.partition}:bedrock:${var.region}:${local.account}:*"]
    }
  }
}

data "aws_iam_policy_document" "logging" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.prompts.arn}:log-stream:aws/bedrock/modelinvocations"]
  }
}

resource "aws_iam_role" "logging" {
  name               = "bedrock-invocation-logging"
  assume_role_policy = data.aws_iam_policy_document.logging_trust.json
}

resource "aws_iam_role_policy" "logging" {
  role   = aws_iam_role.logging.id
  policy = data.aws_iam_policy_document.logging.json
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    text_data_delivery_enabled      = true
    image_data_delivery_enabled     = true
    embedding_data_delivery_enabled = true
    video_data_delivery_enabled     = true
    audio_data_delivery_enabled     = true

    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.prompts.name
      role_arn       = aws_iam_role.logging.arn
      large_data_delivery_s3_config {
        bucket_name = aws_s3_bucket.large.id
        key_prefix  = "large"
      }
    }
  }
}
