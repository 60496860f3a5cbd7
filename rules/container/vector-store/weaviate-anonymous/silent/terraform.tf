resource "kubernetes_deployment_v1" "weaviate" {
  metadata {
    name      = "weaviate"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "weaviate"
      }
    }
    template {
      metadata {
        labels = {
          app = "weaviate"
        }
      }
      spec {
        container {
          name  = "weaviate"
          image = "cr.weaviate.io/semitechnologies/weaviate:1.33.0"
          env {
            name  = "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"
            value = "false"
          }
        }
      }
    }
  }
}
