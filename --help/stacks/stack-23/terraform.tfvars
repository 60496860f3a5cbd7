name = "stack-23"
