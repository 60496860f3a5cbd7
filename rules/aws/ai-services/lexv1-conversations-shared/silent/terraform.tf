resource "aws_lex_bot" "hotline" {
  name           = "hotline"
  child_directed = false

  abort_statement {
    message {
      content      = "Goodbye."
      content_type = "PlainText"
    }
  }

  intent {
    intent_name    = "Book"
    intent_version = "1"
  }
}
