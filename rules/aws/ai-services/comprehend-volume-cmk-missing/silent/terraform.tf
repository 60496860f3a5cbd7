resource "aws_comprehend_entity_recognizer" "contracts" {
  name                 = "contracts"
  data_access_role_arn = "arn:aws:iam::111122223333:role/assistant"
  language_code        = "en"
  volume_kms_key_id    = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"

  input_data_config {
    entity_types {
      type = "PARTY"
    }

    documents {
      s3_uri = "s3://training/contracts/"
    }

    entity_list {
      s3_uri = "s3://training/parties.csv"
    }
  }
}
