resource "aws_cloudwatch_log_group" "prompts" {
  name              = "/bedrock/invocations"
  retention_in_days = 90
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.prompts.name
      role_arn       = "arn:aws:iam::111122223333:role/bedrock-logs"
    }
  }
}
