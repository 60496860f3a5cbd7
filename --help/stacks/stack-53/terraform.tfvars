name = "stack-53"
