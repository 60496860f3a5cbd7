resource "aws_opensearchserverless_security_policy" "vectors" {
  name   = "vectors"
  type   = "encryption"
  policy = jsonencode({
    Rules = [{
      ResourceType = "collection"
      Resource     = ["collection/vectors"]
    }]
    AWSOwnedKey = false
    KmsARN      = "arn:aws:kms:eu-central-1:111122223333:key/1b5e3c0a-7a1f-4a55-9c36-0d4a5c2f9e10"
  })
}
