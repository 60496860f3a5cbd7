output "first" {
  value = module.part_0.queue_0
}
