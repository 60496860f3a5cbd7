name = "stack-73"
