name = "stack-2"
