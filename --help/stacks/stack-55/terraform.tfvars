name = "stack-55"
