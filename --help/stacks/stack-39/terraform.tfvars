name = "stack-39"
