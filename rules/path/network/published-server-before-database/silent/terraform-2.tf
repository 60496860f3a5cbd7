resource "kubernetes_deployment_v1" "orders_mcp" {
  metadata {
    name      = "orders-mcp"
    namespace = "tools"
  }
  spec {
    selector {
      match_labels = {
        app = "orders-mcp"
      }
    }
    template {
      metadata {
        labels = {
          app = "orders-mcp"
        }
      }
      spec {
        container {
          name  = "orders-mcp"
          image = "acme/mcp-server-orders:1.4.0"
          args  = ["npx", "-y", "@modelcontextprotocol/server-everything@2025.11.25"]
          env {
            name  = "ORDERS_API"
            value = "https://orders.tools.svc/api"
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

resource "kubernetes_service_v1" "orders_mcp" {
  metadata {
    name      = "orders-mcp"
    namespace = "tools"
  }
  spec {
    type = "LoadBalancer"
    selector = {
      app = "orders-mcp"
    }
    port {
      port = 8080
    }
  }
}
