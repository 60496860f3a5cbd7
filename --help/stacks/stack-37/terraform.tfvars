name = "stack-37"
