name = "stack-96"
