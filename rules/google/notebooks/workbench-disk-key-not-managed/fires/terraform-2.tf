resource "google_workbench_instance" "research" {
  name     = "research"
  location = "europe-west4-a"
  gce_setup {
    machine_type = "e2-standard-4"
    boot_disk {
      disk_encryption = "CMEK"
      kms_key         = "projects/retail-prod/locations/europe-west4/keyRings/ai/cryptoKeys/disks"
    }
    data_disks {
      disk_encryption = "GMEK"
    }
  }
}
