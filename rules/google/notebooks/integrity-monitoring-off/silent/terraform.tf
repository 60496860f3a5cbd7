resource "google_workbench_instance" "research" {
  name     = "research"
  location = "europe-west4-a"
  gce_setup {
    machine_type = "e2-standard-4"
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
  }
}
