name = "stack-8"
