name = "stack-6"
