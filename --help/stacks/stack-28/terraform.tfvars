name = "stack-28"
