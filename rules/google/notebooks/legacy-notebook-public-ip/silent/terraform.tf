resource "google_notebooks_instance" "research" {
  name         = "research"
  location     = "europe-west4-a"
  machine_type = "e2-medium"
  vm_image {
    project      = "deeplearning-platform-release"
    image_family = "common-cpu"
  }
  no_public_ip = true
}
