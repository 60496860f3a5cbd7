name = "stack-21"
