name = "stack-64"
