name = "stack-45"
