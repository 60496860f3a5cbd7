resource "aws_rekognition_stream_processor" "door" {
  name     = "door"
  role_arn = "arn:aws:iam::111122223333:role/assistant"

  input {
    kinesis_video_stream {
      arn = "arn:aws:kinesisvideo:eu-west-1:111122223333:stream/door/1700000000000"
    }
  }

  output {
    s3_destination {
      bucket = "door-events"
    }
  }

  settings {
    connected_home {
      labels = ["PERSON"]
    }
  }
}
