name = "stack-15"
