resource "google_document_ai_processor" "invoices" {
  location     = "eu"
  display_name = "invoices"
  type         = "INVOICE_PROCESSOR"
  kms_key_name = "projects/retail-prod/locations/europe/keyRings/ai/cryptoKeys/documents"
}
