variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "environment" {
  type = string
}

variable "model" {
  type    = string
  default = "anthropic.claude-sonnet-5-v1:0"
}

variable "use_guardrail" {
  type    = bool
  default = true
}

variable "database_password" {
  type      = string
  sensitive = true
}
