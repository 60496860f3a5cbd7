name = "stack-57"
