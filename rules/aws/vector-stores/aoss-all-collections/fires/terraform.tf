resource "aws_opensearchserverless_access_policy" "vectors" {
  name   = "vectors"
  type   = "data"
  policy = jsonencode([{
    Rules = [{
      ResourceType = "index"
      Resource     = ["index/*/*"]
      Permission   = ["aoss:ReadDocument"]
    }]
    Principal = ["arn:aws:iam::111122223333:role/kb"]
  }])
}
