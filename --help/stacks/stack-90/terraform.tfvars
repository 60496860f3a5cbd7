name = "stack-90"
