name = "stack-31"
