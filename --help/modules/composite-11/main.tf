module "part_0" {
  source    = "../base-33"
  name      = "${var.name}-part0"
  timeout   = var.timeout
  retention = var.retention
}

module "part_1" {
  source    = "../base-34"
  name      = "${var.name}-part1"
  timeout   = var.timeout
  retention = var.retention
}

module "part_2" {
  source    = "../base-35"
  name      = "${var.name}-part2"
  timeout   = var.timeout
  retention = var.retention
}

module "part_3" {
  source    = "../base-36"
  name      = "${var.name}-part3"
  timeout   = var.timeout
  retention = var.retention
}

module "part_4" {
  source    = "../base-37"
  name      = "${var.name}-part4"
  timeout   = var.timeout
  retention = var.retention
}

module "part_5" {
  source    = "../base-38"
  name      = "${var.name}-part5"
  timeout   = var.timeout
  retention = var.retention
}
