name = "stack-85"
