name = "stack-4"
