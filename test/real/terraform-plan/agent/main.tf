variable "name" { type = string }
variable "replicas" { type = number }
variable "role" { type = string }
variable "guardrail" { type = string }
variable "tags" { type = map(string) }

module "memory" {
  source = "./memory"
  size   = var.replicas
  owner  = var.role
}

resource "terraform_data" "this" {
  input            = var.role
  triggers_replace = { name = "${var.name}-agent", tags = var.tags, words = split(" ", "a b c"), on = var.replicas > 1 }
}

resource "terraform_data" "guarded" {
  input            = var.guardrail
  triggers_replace = [format("%s has %03d", upper(var.name), var.replicas), try(var.tags["none"], "default")]
}

resource "terraform_data" "remembers" {
  input = module.memory.id
}

output "id" { value = terraform_data.this.id }
output "store" { value = module.memory.id }
