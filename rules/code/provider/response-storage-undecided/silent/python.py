from openai import OpenAI

client = OpenAI()
answer = client.responses.create(model="gpt-4o", input="hello", store=False)
