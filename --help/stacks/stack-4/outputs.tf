output "first" {
  value = module.service_0.first
}
