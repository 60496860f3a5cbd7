resource "kubernetes_pod_v1" "fetch_mcp" {
  metadata {
    name      = "fetch-mcp"
    namespace = "ai"
  }
  spec {
    host_pid = true
    container {
      name  = "fetch-mcp"
      image = "ghcr.io/github/github-mcp-server:v0.20.1"
    }
  }
}
