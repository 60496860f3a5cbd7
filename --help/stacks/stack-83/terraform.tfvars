name = "stack-83"
