name = "stack-17"
