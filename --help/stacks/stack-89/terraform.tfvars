name = "stack-89"
