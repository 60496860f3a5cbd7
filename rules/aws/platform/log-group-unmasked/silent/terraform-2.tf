resource "aws_cloudwatch_log_group" "prompts" {
  name = "/bedrock/invocations"
}
