module "service_0" {
  source  = "../../modules/composite-15"
  name    = "${var.name}-s0"
  timeout = var.timeout
}
