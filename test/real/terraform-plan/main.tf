# Planned by a real Terraform and read as a plan and as configuration: both must say the same. Only the built-in provider
# is used, so nothing is downloaded.
variable "regions" {
  type = map(object({ name = string, replicas = optional(number, 1) }))
  default = {
    eu = { name = "Europe", replicas = 2 }
    us = { name = "America" }
  }
}

locals {
  tags = { team = "support", stage = "prod" }
}

resource "terraform_data" "role" {
  for_each = var.regions
  input    = { name = "agent-${each.key}", trust = ["bedrock.amazonaws.com"] }
}

resource "terraform_data" "guardrail" {
  input = jsonencode({ blocked = "no", topics = [for region in values(var.regions) : lower(region.name)] })
}

module "agent" {
  source    = "./agent"
  for_each  = var.regions
  name      = each.value.name
  replicas  = each.value.replicas
  role      = terraform_data.role[each.key].id
  guardrail = terraform_data.guardrail.id
  tags      = merge(local.tags, { region = each.key })
}

module "audit" {
  source = "./audit"
  count  = 1
  agent  = module.agent["eu"].id
  store  = module.agent["us"].store
}

resource "terraform_data" "log" {
  input = module.audit[0].trail
}
