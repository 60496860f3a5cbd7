name = "stack-14"
