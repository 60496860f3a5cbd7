resource "kubernetes_stateful_set_v1" "qdrant" {
  metadata {
    name = "qdrant"
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
          volume_mount {
            name       = "config"
            mount_path = "/qdrant/config/production.yaml"
            sub_path   = "production.yaml"
          }
        }
        volume {
          name = "config"
          secret {
            secret_name = "qdrant-config"
          }
        }
      }
    }
  }
}
