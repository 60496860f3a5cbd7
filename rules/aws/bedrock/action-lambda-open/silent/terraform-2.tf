resource "aws_lambda_permission" "caller" {
  statement_id  = "caller"
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "111122223333"
}
