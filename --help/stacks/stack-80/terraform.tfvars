name = "stack-80"
