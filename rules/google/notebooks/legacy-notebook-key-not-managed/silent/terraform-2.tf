resource "google_notebooks_runtime" "research" {
  name     = "research"
  location = "europe-west4"
  access_config {
    access_type   = "SINGLE_USER"
    runtime_owner = "ana@retail.example"
  }
  virtual_machine {
    virtual_machine_config {
      machine_type = "n1-standard-4"
      data_disk {
        initialize_params {
          disk_size_gb = "100"
          disk_type    = "PD_STANDARD"
        }
      }
      encryption_config {
        kms_key = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/disks"
      }
    }
  }
}
