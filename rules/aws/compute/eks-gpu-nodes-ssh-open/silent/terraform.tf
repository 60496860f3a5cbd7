resource "aws_eks_node_group" "gpu" {
  cluster_name    = "models"
  node_group_name = "gpu"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d"]
  instance_types  = ["g5.2xlarge"]

  scaling_config {
    desired_size = 1
    min_size     = 1
    max_size     = 2
  }

  remote_access {
    ec2_ssh_key               = "ops"
    source_security_group_ids = ["sg-0a1b2c3d"]
  }
}
