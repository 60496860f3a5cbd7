resource "aws_opensearchserverless_security_policy" "vectors" {
  name   = "vectors"
  type   = "network"
  policy = jsonencode([{
    Rules = [{
      ResourceType = "collection"
      Resource     = ["collection/vectors"]
    }]
    AllowFromPublic = true
  }])
}
