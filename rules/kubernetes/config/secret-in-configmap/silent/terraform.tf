resource "kubernetes_deployment_v1" "support_agent" {
  metadata {
    name      = "support-agent"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "support-agent"
      }
    }
    template {
      metadata {
        labels = {
          app = "support-agent"
        }
      }
      spec {
        container {
          name  = "support-agent"
          image = "ghcr.io/acme/support-agent:2.4.0"
          env {
            name  = "OPENAI_BASE_URL"
            value = "http://litellm.ai.svc:4000"
          }
          env_from {
            config_map_ref {
              name = "settings"
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_config_map_v1" "settings" {
  metadata {
    name      = "settings"
    namespace = "ai"
  }
  data = {
    LOG_LEVEL = "info"
  }
}
