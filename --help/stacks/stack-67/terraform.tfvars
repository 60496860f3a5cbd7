name = "stack-67"
