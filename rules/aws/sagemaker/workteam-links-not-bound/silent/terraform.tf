resource "aws_sagemaker_workteam" "annotators" {
  workteam_name  = "annotators"
  workforce_name = "annotators"
  description    = "Annotators"

  member_definition {
    oidc_member_definition {
      groups = ["annotators"]
    }
  }

  worker_access_configuration {
    s3_presign {
      iam_policy_constraints {
        source_ip = "Enabled"
      }
    }
  }
}
