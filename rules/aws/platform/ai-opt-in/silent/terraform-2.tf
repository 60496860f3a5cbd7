resource "aws_organizations_policy" "ai" {
  name    = "ai"
  type    = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Deny"
      Action   = ["ec2:RunInstances"]
      Resource = "*"
    }]
  })
}
