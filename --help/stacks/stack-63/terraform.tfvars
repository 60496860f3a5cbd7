name = "stack-63"
