resource "aws_sagemaker_mlflow_tracking_server" "research" {
  tracking_server_name = "research"
  role_arn             = "arn:aws:iam::111122223333:role/research"
  artifact_store_uri   = "s3://mlflow-artifacts"
  mlflow_version       = "2.13.2"
}
