name = "stack-32"
