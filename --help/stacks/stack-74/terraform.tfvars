name = "stack-74"
