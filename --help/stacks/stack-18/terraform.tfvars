name = "stack-18"
