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

resource "kubernetes_service_v1" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ai"
  }
  spec {
    type = "ClusterIP"
    selector = {
      app = "vllm"
    }
    port {
      port = 8000
    }
  }
}

resource "kubernetes_ingress_v1" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ai"
  }
  spec {
    rule {
      host = "vllm.example.com"
      http {
        path {
          path      = "/"
          path_type = "Prefix"
          backend {
            service {
              name = "vllm"
              port {
                number = 8000
              }
            }
          }
        }
      }
    }
  }
}
