resource "aws_cloudtrail" "organisation" {
  name                  = "organisation"
  s3_bucket_name        = "example-trail"
  is_multi_region_trail = true
  is_organization_trail = true

  event_selector {
    include_management_events = false
    read_write_type           = "All"

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
