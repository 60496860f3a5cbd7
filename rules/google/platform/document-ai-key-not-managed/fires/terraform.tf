resource "google_document_ai_processor" "invoices" {
  location     = "eu"
  display_name = "invoices"
  type         = "INVOICE_PROCESSOR"
}
