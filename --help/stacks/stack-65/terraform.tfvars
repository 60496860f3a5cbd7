name = "stack-65"
