name = "stack-0"
