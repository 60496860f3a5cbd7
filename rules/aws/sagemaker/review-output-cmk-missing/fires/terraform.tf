resource "aws_sagemaker_flow_definition" "review" {
  flow_definition_name = "review"
  role_arn             = "arn:aws:iam::111122223333:role/research"

  human_loop_config {
    workteam_arn      = "arn:aws:sagemaker:eu-central-1:111122223333:workteam/private-crowd/reviewers"
    human_task_ui_arn = "arn:aws:sagemaker:eu-central-1:111122223333:human-task-ui/review"
    task_count        = 1
    task_title        = "Review"
    task_description  = "Check the extracted values"
  }

  output_config {
    s3_output_path = "s3://reviews/"
  }
}
