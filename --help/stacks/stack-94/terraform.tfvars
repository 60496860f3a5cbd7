name = "stack-94"
