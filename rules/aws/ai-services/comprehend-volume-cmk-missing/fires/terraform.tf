resource "aws_comprehend_entity_recognizer" "contracts" {
  name                 = "contracts"
  data_access_role_arn = "arn:aws:iam::111122223333:role/assistant"
  language_code        = "en"

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
