name = "stack-82"
