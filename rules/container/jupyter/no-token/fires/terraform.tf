resource "kubernetes_deployment_v1" "notebook" {
  metadata {
    name      = "notebook"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "notebook"
      }
    }
    template {
      metadata {
        labels = {
          app = "notebook"
        }
      }
      spec {
        container {
          name    = "notebook"
          image   = "quay.io/jupyter/scipy-notebook:2025-10-20"
          command = ["start-notebook.py", "--IdentityProvider.token=''"]
        }
      }
    }
  }
}
