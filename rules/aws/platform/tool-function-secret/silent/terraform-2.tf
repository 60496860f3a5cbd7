resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "example-code"
  s3_key        = "orders.zip"

  environment {
    variables = {
      DATABASE_URL = "postgres://orders:Wint3r-Sale-93@orders.example.com/orders"
    }
  }
}
