name = "stack-86"
