name = "stack-97"
