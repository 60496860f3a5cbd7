resource "aws_lambda_permission" "bedrock" {
  statement_id  = "bedrock"
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "bedrock.amazonaws.com"
}
