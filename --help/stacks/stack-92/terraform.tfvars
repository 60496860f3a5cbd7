name = "stack-92"
