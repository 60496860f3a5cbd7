resource "aws_s3vectors_index" "handbook" {
  index_name         = "handbook"
  vector_bucket_name = "vectors"
  data_type          = "float32"
  dimension          = 1024
  distance_metric    = "cosine"

  encryption_configuration {
    sse_type = "AES256"
  }
}
