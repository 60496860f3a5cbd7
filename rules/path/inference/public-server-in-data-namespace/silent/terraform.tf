resource "kubernetes_service_v1" "model" {
  metadata {
    name      = "model"
    namespace = "ai"
  }
  spec {
    type = "ClusterIP"
    selector = {
      app = "model"
    }
    port {
      port = 8000
    }
  }
}

resource "kubernetes_deployment_v1" "model" {
  metadata {
    name      = "model"
    namespace = "ai"
  }
  spec {
    selector {
      match_labels = {
        app = "model"
      }
    }
    template {
      metadata {
        labels = {
          app = "model"
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

resource "kubernetes_stateful_set_v1" "vectors" {
  metadata {
    name      = "vectors"
    namespace = "ai"
  }
  spec {
    service_name = "vectors"
    selector {
      match_labels = {
        app = "vectors"
      }
    }
    template {
      metadata {
        labels = {
          app = "vectors"
        }
      }
      spec {
        container {
          name  = "qdrant"
          image = "qdrant/qdrant:v1.15.4"
        }
      }
    }
  }
}
