resource "kubernetes_deployment_v1" "langfuse" {
  metadata {
    name      = "langfuse"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "langfuse"
      }
    }
    template {
      metadata {
        labels = {
          app = "langfuse"
        }
      }
      spec {
        container {
          name  = "langfuse"
          image = "langfuse/langfuse:3.112.0"
          env {
            name  = "SALT"
            value = "mysalt"
          }
        }
      }
    }
  }
}
