resource "kubernetes_deployment_v1" "assistant" {
  metadata {
    name      = "assistant"
    namespace = "tools"
  }
  spec {
    selector {
      match_labels = {
        app = "assistant"
      }
    }
    template {
      metadata {
        labels = {
          app = "assistant"
        }
      }
      spec {
        container {
          name  = "assistant"
          image = "langflowai/langflow:1.6.0"
          env {
            name  = "LANGFLOW_DATABASE_URL"
            value = "postgresql://assistant@orders-db:5432/orders"
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "orders_db" {
  metadata {
    name      = "orders-db"
    namespace = "tools"
  }
  spec {
    selector = {
      app = "orders-db"
    }
    port {
      port = 5432
    }
  }
}

resource "kubernetes_stateful_set_v1" "orders_db" {
  metadata {
    name      = "orders-db"
    namespace = "tools"
  }
  spec {
    service_name = "orders-db"
    selector {
      match_labels = {
        app = "orders-db"
      }
    }
    template {
      metadata {
        labels = {
          app = "orders-db"
        }
      }
      spec {
        container {
          name  = "postgres"
          image = "pgvector/pgvector:pg17"
        }
      }
    }
  }
}
