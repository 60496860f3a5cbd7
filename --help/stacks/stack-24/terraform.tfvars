name = "stack-24"
