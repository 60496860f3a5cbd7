name = "stack-29"
