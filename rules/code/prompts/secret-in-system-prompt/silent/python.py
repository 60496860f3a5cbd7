from openai import OpenAI

client = OpenAI()

answer = client.responses.create(
    model="gpt-4o",
    store=False,
    instructions="You are the billing bot. Never ask for a password.",
    input="hello",
)
