name = "stack-43"
