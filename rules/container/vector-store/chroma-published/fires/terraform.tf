resource "kubernetes_deployment_v1" "chroma" {
  metadata {
    name      = "chroma"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "chroma"
      }
    }
    template {
      metadata {
        labels = {
          app = "chroma"
        }
      }
      spec {
        container {
          name  = "chroma"
          image = "chromadb/chroma:1.1.0"
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "chroma" {
  metadata {
    name      = "chroma"
    namespace = "ai"
  }
  spec {
    type = "LoadBalancer"
    selector = {
      app = "chroma"
    }
    port {
      port = 8000
    }
  }
}
