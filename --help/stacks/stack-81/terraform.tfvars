name = "stack-81"
