terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "7.12.0"
    }
  }
}

variable "project" {
  type = string
}

variable "network_attachment" {
  type = string
}

resource "google_kms_key_ring" "ai" {
  name     = "ai"
  location = "europe-west4"
  project  = var.project
}

resource "google_kms_crypto_key" "ai" {
  name            = "ai"
  key_ring        = google_kms_key_ring.ai.id
  rotation_period = "7776000s"
}

resource "google_service_account" "agent" {
  project      = var.project
  account_id   = "support-agent"
  display_name = "Support agent"
}

resource "google_project_iam_member" "agent" {
  project = var.project
  role    = "roles/aiplatform.user"
  member  = "serviceAccount:${google_service_account.agent.email}"
}

resource "google_vertex_ai_reasoning_engine" "support" {
  project      = var.project
  region       = "europe-west4"
  display_name = "support"

  encryption_spec {
    kms_key_name = google_kms_crypto_key.ai.id
  }

  spec {
    agent_framework = "google-adk"
    service_account = google_service_account.agent.email

    package_spec {
      pickle_object_gcs_uri = "gs://${google_storage_bucket.agent.name}/agent.pkl"
      python_version        = "3.12"
    }

    deployment_spec {
      min_instances         = 1
      max_instances         = 5
      container_concurrency = 9

      psc_interface_config {
        network_attachment = var.network_attachment
      }

      env {
        name  = "LOG_LEVEL"
        value = "info"
      }
    }
  }
}

resource "google_storage_bucket" "agent" {
  project                     = var.project
  name                        = "${var.project}-support-agent"
  location                    = "EUROPE-WEST4"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  encryption {
    default_kms_key_name = google_kms_crypto_key.ai.id
  }

  versioning {
    enabled = true
  }
}

resource "google_vertex_ai_endpoint" "ranking" {
  project      = var.project
  name         = "ranking"
  display_name = "ranking"
  location     = "europe-west4"
  region       = "europe-west4"

  encryption_spec {
    kms_key_name = google_kms_crypto_key.ai.id
  }

  private_service_connect_config {
    enable_private_service_connect = true
    enable_secure_private_service_connect = true
    project_allowlist              = [var.project]
  }

  predict_request_response_logging_config {
    enabled       = true
    sampling_rate = 1

    bigquery_destination {
      output_uri = "bq://${var.project}.ranking.requests"
    }
  }
}

resource "google_model_armor_template" "support" {
  project     = var.project
  location    = "europe-west4"
  template_id = "support"

  filter_config {
    rai_settings {
      rai_filters {
        filter_type      = "HATE_SPEECH"
        confidence_level = "MEDIUM_AND_ABOVE"
      }
      rai_filters {
        filter_type      = "HARASSMENT"
        confidence_level = "MEDIUM_AND_ABOVE"
      }
      rai_filters {
        filter_type      = "SEXUALLY_EXPLICIT"
        confidence_level = "MEDIUM_AND_ABOVE"
      }
      rai_filters {
        filter_type      = "DANGEROUS"
        confidence_level = "MEDIUM_AND_ABOVE"
      }
    }
    sdp_settings {
      basic_config {
        filter_enforcement = "ENABLED"
      }
    }
    pi_and_jailbreak_filter_settings {
      filter_enforcement = "ENABLED"
      confidence_level   = "LOW_AND_ABOVE"
    }
    malicious_uri_filter_settings {
      filter_enforcement = "ENABLED"
    }
  }

  template_metadata {
    enforcement_type                    = "INSPECT_AND_BLOCK"
    log_template_operations             = true
    ignore_partial_invocation_failures  = false
  }
}

resource "google_project_iam_audit_config" "vertex" {
  project = var.project
  service = "aiplatform.googleapis.com"

  audit_log_config {
    log_type = "ADMIN_READ"
  }
  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
