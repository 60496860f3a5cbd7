resource "aws_bedrockagent_prompt" "triage" {
  name = "triage"
}
