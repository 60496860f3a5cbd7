name = "stack-46"
