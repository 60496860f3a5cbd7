name = "stack-58"
