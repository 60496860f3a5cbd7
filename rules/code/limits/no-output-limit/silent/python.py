from openai import OpenAI

client = OpenAI()
answer = client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=500)
