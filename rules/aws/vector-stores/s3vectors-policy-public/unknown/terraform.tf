variable "policy" {
  type = string
}

resource "aws_s3vectors_vector_bucket_policy" "vectors" {
  vector_bucket_arn = "arn:aws:s3vectors:eu-central-1:111122223333:bucket/vectors"
  policy            = var.policy
}
