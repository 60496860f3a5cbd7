name = "stack-13"
