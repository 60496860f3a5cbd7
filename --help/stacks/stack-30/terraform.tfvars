name = "stack-30"
