resource "aws_opensearchserverless_security_policy" "vectors" {
  name   = "vectors"
  type   = "encryption"
  policy = jsonencode({
    Rules = [{
      ResourceType = "collection"
      Resource     = ["collection/vectors"]
    }]
    AWSOwnedKey = true
  })
}
