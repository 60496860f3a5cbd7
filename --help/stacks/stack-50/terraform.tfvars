name = "stack-50"
