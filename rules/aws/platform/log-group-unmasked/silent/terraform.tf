resource "aws_cloudwatch_log_group" "prompts" {
  name = "/bedrock/invocations"
}

resource "aws_cloudwatch_log_data_protection_policy" "prompts" {
  log_group_name  = aws_cloudwatch_log_group.prompts.name
  policy_document = jsonencode({
    Name      = "mask"
    Version   = "2021-06-01"
    Statement = [{
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
      Operation      = {
        Audit = {
          FindingsDestination = {

          }
        }
      }
    }, {
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
      Operation      = {
        Deidentify = {
          MaskConfig = {

          }
        }
      }
    }]
  })
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.prompts.name
      role_arn       = "arn:aws:iam::111122223333:role/bedrock-logs"
    }
  }
}
