resource "google_colab_runtime_template" "shared" {
  name         = "shared"
  display_name = "Shared"
  location     = "europe-west4"
  idle_shutdown_config {
    idle_timeout = "3600s"
  }
}
