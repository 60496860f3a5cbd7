resource "kubernetes_deployment_v1" "open_webui" {
  metadata {
    name      = "open-webui"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "open-webui"
      }
    }
    template {
      metadata {
        labels = {
          app = "open-webui"
        }
      }
      spec {
        container {
          name  = "open-webui"
          image = "ghcr.io/open-webui/open-webui:v0.6.34"
        }
      }
    }
  }
}
