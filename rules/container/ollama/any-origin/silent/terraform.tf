resource "kubernetes_deployment_v1" "ollama" {
  metadata {
    name      = "ollama"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "ollama"
      }
    }
    template {
      metadata {
        labels = {
          app = "ollama"
        }
      }
      spec {
        container {
          name  = "ollama"
          image = "ollama/ollama:0.12.0"
          env {
            name  = "OLLAMA_ORIGINS"
            value = "https://chat.example.com"
          }
        }
      }
    }
  }
}
