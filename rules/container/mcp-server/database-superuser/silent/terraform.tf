resource "kubernetes_pod_v1" "db_mcp" {
  metadata {
    name      = "db-mcp"
    namespace = "ai"
  }
  spec {
    container {
      name  = "db-mcp"
      image = "mcp/postgres:1.0"
      args  = ["postgresql://app_reader@db:5432/app"]
    }
  }
}
