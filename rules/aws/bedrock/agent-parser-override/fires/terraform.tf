resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-5-20250929-v1:0"

  prompt_override_configuration = [{
    override_lambda       = "arn:aws:lambda:eu-central-1:111122223333:function:parser"
    prompt_configurations = [{
      prompt_type             = "ORCHESTRATION"
      prompt_creation_mode    = "OVERRIDDEN"
      prompt_state            = "ENABLED"
      parser_mode             = "OVERRIDDEN"
      base_prompt_template    = "Classify the input."
      inference_configuration = [{
        max_length     = 2048
        stop_sequences = ["Human:"]
        temperature    = 0
        top_k          = 250
        top_p          = 1
      }]
    }]
  }]
}
