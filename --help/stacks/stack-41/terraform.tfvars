name = "stack-41"
