name = "stack-26"
