name = "stack-79"
