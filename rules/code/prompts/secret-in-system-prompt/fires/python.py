from openai import OpenAI

client = OpenAI()

answer = client.responses.create(
    model="gpt-4o",
    store=False,
    instructions="You are the billing bot. The admin password is Tr0ub4dor-91.",
    input="hello",
)
