resource "mongodbatlas_advanced_cluster" "rag" {
  project_id   = "6540f0b1c2d3e4f5a6b7c8d9"
  name         = "rag"
  cluster_type = "REPLICASET"
  replication_specs = [
    {
      region_configs = [
        {
          provider_name = "AWS"
          region_name   = "EU_CENTRAL_1"
          priority      = 7
          electable_specs = {
            instance_size = "M30"
            node_count    = 3
          }
        }
      ]
    }
  ]
  redact_client_log_data = true
}
