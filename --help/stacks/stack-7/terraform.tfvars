name = "stack-7"
