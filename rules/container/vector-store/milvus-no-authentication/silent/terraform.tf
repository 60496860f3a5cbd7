resource "kubernetes_deployment_v1" "milvus" {
  metadata {
    name      = "milvus"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "milvus"
      }
    }
    template {
      metadata {
        labels = {
          app = "milvus"
        }
      }
      spec {
        container {
          name  = "milvus"
          image = "milvusdb/milvus:v2.6.2"
          env {
            name  = "COMMON_SECURITY_AUTHORIZATIONENABLED"
            value = "true"
          }
        }
      }
    }
  }
}
