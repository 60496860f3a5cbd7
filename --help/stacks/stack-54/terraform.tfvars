name = "stack-54"
