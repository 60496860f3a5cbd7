locals {
  prefix = lower("${var.name}-33")
  tags   = { module = "base-33", managed = "terraform" }
}

resource "aws_sqs_queue" "dead" {
  name = "${local.prefix}-dead"
}

resource "aws_sqs_queue" "q0" {
  name                       = "${local.prefix}-q0"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q0"
  })
}

resource "aws_sqs_queue" "q1" {
  name                       = "${local.prefix}-q1"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q1"
  })
}

resource "aws_sqs_queue" "q2" {
  name                       = "${local.prefix}-q2"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q2"
  })
}

resource "aws_sqs_queue" "q3" {
  name                       = "${local.prefix}-q3"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q3"
  })
}

resource "aws_sqs_queue" "q4" {
  name                       = "${local.prefix}-q4"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q4"
  })
}

resource "aws_sqs_queue" "q5" {
  name                       = "${local.prefix}-q5"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q5"
  })
}

resource "aws_sqs_queue" "q6" {
  name                       = "${local.prefix}-q6"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q6"
  })
}

resource "aws_sqs_queue" "q7" {
  name                       = "${local.prefix}-q7"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q7"
  })
}

resource "aws_sqs_queue" "q8" {
  name                       = "${local.prefix}-q8"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q8"
  })
}

resource "aws_sqs_queue" "q9" {
  name                       = "${local.prefix}-q9"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q9"
  })
}

resource "aws_sqs_queue" "q10" {
  name                       = "${local.prefix}-q10"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q10"
  })
}

resource "aws_sqs_queue" "q11" {
  name                       = "${local.prefix}-q11"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q11"
  })
}

resource "aws_sqs_queue" "q12" {
  name                       = "${local.prefix}-q12"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q12"
  })
}

resource "aws_sqs_queue" "q13" {
  name                       = "${local.prefix}-q13"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q13"
  })
}

resource "aws_sqs_queue" "q14" {
  name                       = "${local.prefix}-q14"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q14"
  })
}

resource "aws_sqs_queue" "q15" {
  name                       = "${local.prefix}-q15"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "${local.prefix}-q15"
  })
}

resource "aws_s3_bucket" "b0" {
  bucket        = "${local.prefix}-b0"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b0" {
  bucket                  = aws_s3_bucket.b0.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r0" {
  name = "${local.prefix}-r0"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b1" {
  bucket        = "${local.prefix}-b1"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b1" {
  bucket                  = aws_s3_bucket.b1.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r1" {
  name = "${local.prefix}-r1"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b2" {
  bucket        = "${local.prefix}-b2"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b2" {
  bucket                  = aws_s3_bucket.b2.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r2" {
  name = "${local.prefix}-r2"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b3" {
  bucket        = "${local.prefix}-b3"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b3" {
  bucket                  = aws_s3_bucket.b3.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r3" {
  name = "${local.prefix}-r3"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b4" {
  bucket        = "${local.prefix}-b4"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b4" {
  bucket                  = aws_s3_bucket.b4.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r4" {
  name = "${local.prefix}-r4"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b5" {
  bucket        = "${local.prefix}-b5"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b5" {
  bucket                  = aws_s3_bucket.b5.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r5" {
  name = "${local.prefix}-r5"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b6" {
  bucket        = "${local.prefix}-b6"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b6" {
  bucket                  = aws_s3_bucket.b6.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r6" {
  name = "${local.prefix}-r6"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_s3_bucket" "b7" {
  bucket        = "${local.prefix}-b7"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b7" {
  bucket                  = aws_s3_bucket.b7.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r7" {
  name = "${local.prefix}-r7"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}
