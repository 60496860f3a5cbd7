name = "stack-84"
