from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("acme/assistant-7b", trust_remote_code=True)
