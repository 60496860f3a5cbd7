resource "google_colab_runtime_template" "shared" {
  name         = "shared"
  display_name = "Shared"
  location     = "europe-west4"
}
