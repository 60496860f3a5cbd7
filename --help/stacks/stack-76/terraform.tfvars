name = "stack-76"
