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
        }
      }
    }
  }
}
