resource "aws_codebuild_project" "review" {
  name         = "review"
  service_role = "arn:aws:iam::111122223333:role/model"

  artifacts {
    type = "NO_ARTIFACTS"
  }

  source {
    type      = "NO_SOURCE"
    buildspec = "buildspec.yml"
  }

  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"

    environment_variable {
      name  = "ANTHROPIC_API_KEY"
      value = "ci/anthropic"
      type  = "SECRETS_MANAGER"
    }
  }
}
