resource "google_colab_runtime_template" "shared" {
  name         = "shared"
  display_name = "Shared"
  location     = "europe-west4"
  network_spec {
    enable_internet_access = true
    network                = "projects/retail-prod/global/networks/research"
  }
}
