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
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "ollama" {
  metadata {
    name      = "ollama"
    namespace = "ai"
  }
  spec {
    type = "ClusterIP"
    selector = {
      app = "ollama"
    }
    port {
      port = 11434
    }
  }
}
