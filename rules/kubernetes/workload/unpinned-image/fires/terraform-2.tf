resource "kubernetes_pod_v1" "fetch_mcp" {
  metadata {
    name      = "fetch-mcp"
    namespace = "ai"
  }
  spec {
    container {
      name  = "fetch-mcp"
      image = "ghcr.io/github/github-mcp-server:latest"
    }
  }
}
