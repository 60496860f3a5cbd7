name = "stack-75"
