variable "size" { type = number }
variable "owner" { type = string }

resource "terraform_data" "store" {
  count            = var.size
  input            = var.owner
  triggers_replace = { index = count.index, last = count.index == var.size - 1 }
}

output "id" { value = terraform_data.store[0].id }
