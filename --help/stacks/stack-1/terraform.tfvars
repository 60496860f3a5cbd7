name = "stack-1"
