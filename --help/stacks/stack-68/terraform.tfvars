name = "stack-68"
