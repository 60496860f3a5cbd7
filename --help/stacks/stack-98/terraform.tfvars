name = "stack-98"
