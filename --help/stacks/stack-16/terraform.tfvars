name = "stack-16"
