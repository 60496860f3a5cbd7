from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(question: str):
    return client.responses.create(model="gpt-4o", input=question, store=False)
