name = "stack-20"
