import torch

weights = torch.load("model.pt")
