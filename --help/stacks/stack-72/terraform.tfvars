name = "stack-72"
