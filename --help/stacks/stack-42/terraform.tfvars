name = "stack-42"
