name = "stack-93"
