resource "kubernetes_deployment_v1" "litellm" {
  metadata {
    name      = "litellm"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "litellm"
      }
    }
    template {
      metadata {
        labels = {
          app = "litellm"
        }
      }
      spec {
        container {
          name  = "litellm"
          image = "ghcr.io/berriai/litellm:v1.77.0-stable"
          env {
            name = "LITELLM_MASTER_KEY"
            value_from {
              secret_key_ref {
                name = "litellm"
                key  = "master-key"
              }
            }
          }
        }
      }
    }
  }
}
