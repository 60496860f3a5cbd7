name = "stack-49"
