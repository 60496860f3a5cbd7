name = "stack-87"
