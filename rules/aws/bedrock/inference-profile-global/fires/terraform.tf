resource "aws_bedrock_inference_profile" "support" {
  name = "support"

  model_source {
    copy_from = "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0"
  }
}
