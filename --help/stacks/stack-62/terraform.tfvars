name = "stack-62"
