resource "aws_lambda_permission" "bedrock" {
  statement_id  = "bedrock"
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "bedrock.amazonaws.com"
  source_arn    = "arn:aws:bedrock:eu-central-1:111122223333:agent/AGENT12345"
}
