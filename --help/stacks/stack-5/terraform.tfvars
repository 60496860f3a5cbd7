name = "stack-5"
