resource "aws_eks_cluster" "models" {
  name     = "models"
  role_arn = "arn:aws:iam::111122223333:role/cluster"

  vpc_config {
    subnet_ids          = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    public_access_cidrs = ["198.51.100.0/24"]
  }
}

resource "aws_eks_node_group" "gpu" {
  cluster_name    = aws_eks_cluster.models.name
  node_group_name = "gpu"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d"]
  instance_types  = ["g5.2xlarge"]

  scaling_config {
    desired_size = 1
    min_size     = 1
    max_size     = 2
  }
}
