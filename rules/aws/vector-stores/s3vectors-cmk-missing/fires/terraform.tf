resource "aws_s3vectors_vector_bucket" "vectors" {
  vector_bucket_name = "vectors"
}
