name = "stack-47"
