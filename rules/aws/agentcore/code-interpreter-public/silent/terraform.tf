resource "aws_bedrockagentcore_code_interpreter" "report" {
  name = "report_interpreter"

  network_configuration {
    network_mode = "SANDBOX"
  }
}
