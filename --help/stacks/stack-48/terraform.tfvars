name = "stack-48"
