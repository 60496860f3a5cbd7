resource "kubernetes_deployment_v1" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "vllm"
      }
    }
    template {
      metadata {
        labels = {
          app = "vllm"
        }
      }
      spec {
        container {
          name  = "vllm"
          image = "vllm/vllm-openai:v0.11.0"
          env {
            name = "VLLM_API_KEY"
            value_from {
              secret_key_ref {
                name = "vllm"
                key  = "api-key"
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ai"
  }
  spec {
    type = "LoadBalancer"
    selector = {
      app = "vllm"
    }
    port {
      port = 8000
    }
  }
}
