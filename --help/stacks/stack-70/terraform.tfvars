name = "stack-70"
