name = "stack-25"
