name = "stack-12"
