resource "aws_cloudtrail" "organisation" {
  name                  = "organisation"
  s3_bucket_name        = "example-trail"
  is_multi_region_trail = true
  is_organization_trail = true
}
