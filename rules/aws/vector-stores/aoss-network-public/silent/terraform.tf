resource "aws_opensearchserverless_security_policy" "vectors" {
  name   = "vectors"
  type   = "network"
  policy = jsonencode([{
    Rules = [{
      ResourceType = "collection"
      Resource     = ["collection/vectors"]
    }]
    AllowFromPublic = false
    SourceServices  = ["bedrock.amazonaws.com"]
    SourceVPCEs     = ["vpce-0a1b2c3d4e5f60718"]
  }])
}
