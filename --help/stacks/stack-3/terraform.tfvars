name = "stack-3"
