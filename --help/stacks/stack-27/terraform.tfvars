name = "stack-27"
