resource "aws_bedrockagentcore_code_interpreter" "report" {
  name               = "report_interpreter"
  execution_role_arn = aws_iam_role.interpreter.arn

  network_configuration {
    network_mode = "SANDBOX"
  }
}

resource "aws_iam_role" "interpreter" {
  name = "interpreter"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "bedrock-agentcore.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "interpreter" {
  name = "data"
  role = aws_iam_role.interpreter.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::reports/input/*"
      },
      {
        # These know no resource.
        Effect   = "Allow"
        Action   = ["cloudwatch:PutMetricData", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ]
  })
}
