module "service_0" {
  source  = "../../modules/composite-6"
  name    = "${var.name}-s0"
  timeout = var.timeout
}
