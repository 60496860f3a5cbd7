resource "aws_sagemaker_model" "fraud" {
  name               = "fraud"
  execution_role_arn = "arn:aws:iam::111122223333:role/research"

  primary_container {
    image          = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/serve@sha256:3f1c9ab2d4e5f60718293a4b5c6d7e8f3f1c9ab2d4e5f60718293a4b5c6d7e8f"
    model_data_url = "s3://models/fraud/model.tar.gz"
  }
}
