environment   = "prod"
use_guardrail = false
