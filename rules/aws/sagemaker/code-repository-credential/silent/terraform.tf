resource "aws_sagemaker_code_repository" "models" {
  code_repository_name = "models"

  git_config {
    repository_url = "https://git.example.com/models.git"
    secret_arn     = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonSageMaker-git-AbCdEf"
  }
}
