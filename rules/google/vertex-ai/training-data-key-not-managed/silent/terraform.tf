resource "google_vertex_ai_dataset" "store" {
  display_name        = "claims"
  metadata_schema_uri = "gs://google-cloud-aiplatform/schema/dataset/metadata/text_1.0.0.yaml"
  region              = "europe-west4"
  encryption_spec {
    kms_key_name = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/models"
  }
}
