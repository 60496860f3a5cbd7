name = "stack-44"
