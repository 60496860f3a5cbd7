resource "aws_bedrockagentcore_online_evaluation_config" "claims" {
  online_evaluation_config_name = "claims"
  enable_on_create              = true
  execution_status              = "ENABLED"
  evaluation_execution_role_arn = "arn:aws:iam::111122223333:role/evaluation"

  data_source_config {
    cloud_watch_logs {
      log_group_names = ["/aws/agentcore/claims"]
      service_names   = ["claims"]
    }
  }

  evaluator {
    evaluator_id = "Builtin.GoalSuccessRate"
  }

  rule {
    sampling_config {
      sampling_percentage = 10
    }
  }
}
