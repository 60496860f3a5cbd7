name = "stack-66"
