name = "stack-61"
