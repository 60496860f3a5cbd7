name = "stack-19"
