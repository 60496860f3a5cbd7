name = "stack-77"
