name = "stack-59"
