name = "stack-95"
