name = "stack-56"
