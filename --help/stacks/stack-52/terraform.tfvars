name = "stack-52"
