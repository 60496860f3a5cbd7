name = "stack-22"
