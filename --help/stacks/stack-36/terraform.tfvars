name = "stack-36"
