name = "stack-88"
