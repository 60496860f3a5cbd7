name = "stack-51"
