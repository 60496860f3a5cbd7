variable "policy" {
  type = string
}

resource "aws_iam_policy" "access" {
  name   = "ai-access"
  policy = var.policy
}
