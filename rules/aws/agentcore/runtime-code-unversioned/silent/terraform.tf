resource "aws_bedrockagentcore_agent_runtime" "claims" {
  agent_runtime_name = "claims_agent"
  role_arn           = "arn:aws:iam::111122223333:role/claims-agent"

  agent_runtime_artifact {
    code_configuration {
      runtime     = "PYTHON_3_13"
      entry_point = ["main.py"]

      code {
        s3 {
          bucket     = "agent-code"
          prefix     = "claims/agent.zip"
          version_id = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH"
        }
      }
    }
  }

  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      subnets         = ["subnet-0a1b2c3d"]
      security_groups = ["sg-0a1b2c3d"]
    }
  }
}
