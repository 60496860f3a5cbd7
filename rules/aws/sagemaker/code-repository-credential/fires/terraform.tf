resource "aws_sagemaker_code_repository" "models" {
  code_repository_name = "models"

  git_config {
    repository_url = "https://ci:fixture-not-real-01@git.example.com/models.git"
  }
}
