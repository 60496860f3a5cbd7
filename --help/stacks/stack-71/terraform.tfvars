name = "stack-71"
