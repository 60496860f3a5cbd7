name = "stack-9"
