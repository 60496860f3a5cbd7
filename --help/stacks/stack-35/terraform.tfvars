name = "stack-35"
