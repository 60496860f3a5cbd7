name = "stack-33"
