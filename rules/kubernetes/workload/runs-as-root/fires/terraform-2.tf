resource "kubernetes_cron_job_v1" "fetch_mcp" {
  metadata {
    name      = "fetch-mcp"
    namespace = "ai"
  }
  spec {
    schedule = "0 3 * * *"
    job_template {
      spec {
        template {
          spec {
            restart_policy = "Never"
            container {
              name  = "fetch-mcp"
              image = "ghcr.io/github/github-mcp-server:v0.20.1"
            }
          }
        }
      }
    }
  }
}
