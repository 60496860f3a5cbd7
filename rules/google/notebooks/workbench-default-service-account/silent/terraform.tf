resource "google_service_account" "notebooks" {
  account_id = "notebooks"
}

resource "google_workbench_instance" "research" {
  name     = "research"
  location = "europe-west4-a"
  gce_setup {
    machine_type = "e2-standard-4"
    service_accounts {
      email = google_service_account.notebooks.email
    }
  }
}
