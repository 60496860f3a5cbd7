from openai import OpenAI

client = OpenAI(base_url="https://llm.acme.example/v1")
local = OpenAI(base_url="http://localhost:11434/v1", api_key="ollama")
