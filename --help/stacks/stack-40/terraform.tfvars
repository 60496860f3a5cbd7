name = "stack-40"
