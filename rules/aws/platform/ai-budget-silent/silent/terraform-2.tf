resource "aws_budgets_budget" "models" {
  name         = "models"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = "500"
  limit_unit   = "USD"

  cost_filter {
    name   = "Service"
    values = ["AWS Lambda"]
  }
}
