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
        }
      }
    }
  }
}

resource "kubernetes_network_policy_v1" "support_agent" {
  metadata {
    name      = "support-agent"
    namespace = "ai"
  }
  spec {
    pod_selector {
      match_labels = {
        app = "support-agent"
      }
    }
    policy_types = ["Egress"]
    egress {
      to {
        pod_selector {
          match_labels = {
            app = "litellm"
          }
        }
      }
    }
    egress {
      ports {
        port     = 53
        protocol = "UDP"
      }
      ports {
        port     = 53
        protocol = "TCP"
      }
    }
  }
}
