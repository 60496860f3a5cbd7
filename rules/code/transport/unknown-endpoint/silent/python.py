from openai import OpenAI

client = OpenAI(base_url="https://api.groq.com/openai/v1")
