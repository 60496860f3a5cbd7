resource "aws_bedrockagentcore_gateway" "tools" {
  name            = "tools"
  role_arn        = "arn:aws:iam::111122223333:role/tools-gateway"
  protocol_type   = "MCP"
  authorizer_type = "AWS_IAM"

  interceptor_configuration {
    interception_points = ["REQUEST"]

    interceptor {
      lambda {
        arn = "arn:aws:lambda:eu-central-1:111122223333:function:mask-arguments"
      }
    }

    input_configuration {
      pass_request_headers = false
    }
  }
}
