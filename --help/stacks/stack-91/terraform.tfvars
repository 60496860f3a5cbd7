name = "stack-91"
