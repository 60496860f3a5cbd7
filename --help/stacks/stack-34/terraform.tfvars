name = "stack-34"
