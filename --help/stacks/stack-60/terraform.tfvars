name = "stack-60"
