resource "aws_cloudwatch_metric_alarm" "tokens" {
  alarm_name          = "tokens"
  namespace           = "AWS/Bedrock"
  metric_name         = "InputTokenCount"
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = 5000000
  comparison_operator = "GreaterThanThreshold"
}
