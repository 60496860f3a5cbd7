name = "stack-69"
