name = "stack-78"
