resource "google_workbench_instance" "research" {
  name     = "research"
  location = "europe-west4-a"
  gce_setup {
    machine_type      = "e2-standard-4"
    disable_public_ip = true
  }
}
