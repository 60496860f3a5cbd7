from fastapi import Depends, FastAPI
from openai import OpenAI

from identity import current_user

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(question: str, user=Depends(current_user)):
    return client.responses.create(model="gpt-4o", input=question, store=False)
