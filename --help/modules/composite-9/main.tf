module "part_0" {
  source    = "../base-27"
  name      = "${var.name}-part0"
  timeout   = var.timeout
  retention = var.retention
}

module "part_1" {
  source    = "../base-28"
  name      = "${var.name}-part1"
  timeout   = var.timeout
  retention = var.retention
}

module "part_2" {
  source    = "../base-29"
  name      = "${var.name}-part2"
  timeout   = var.timeout
  retention = var.retention
}

module "part_3" {
  source    = "../base-30"
  name      = "${var.name}-part3"
  timeout   = var.timeout
  retention = var.retention
}

module "part_4" {
  source    = "../base-31"
  name      = "${var.name}-part4"
  timeout   = var.timeout
  retention = var.retention
}

module "part_5" {
  source    = "../base-32"
  name      = "${var.name}-part5"
  timeout   = var.timeout
  retention = var.retention
}
