name = "stack-99"
