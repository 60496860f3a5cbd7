resource "kubernetes_deployment_v1" "qdrant" {
  metadata {
    name      = "qdrant"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "qdrant"
      }
    }
    template {
      metadata {
        labels = {
          app = "qdrant"
        }
      }
      spec {
        container {
          name  = "qdrant"
          image = "qdrant/qdrant:v1.15.4"
          env {
            name = "QDRANT__SERVICE__API_KEY"
            value_from {
              secret_key_ref {
                name = "store"
                key  = "api-key"
              }
            }
          }
        }
      }
    }
  }
}
