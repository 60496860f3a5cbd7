import torch

weights = torch.load("model.pt", weights_only=True)
