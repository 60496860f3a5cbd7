name = "stack-10"
