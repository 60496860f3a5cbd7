from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained(
    "acme/assistant-7b",
    revision="2aa5579fcae1c579de199a3866b6e514bbbf5d10",
)
