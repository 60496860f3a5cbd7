name = "stack-11"
