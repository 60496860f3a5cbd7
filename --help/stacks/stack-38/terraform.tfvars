name = "stack-38"
