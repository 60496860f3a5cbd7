from fastapi import Depends, FastAPI
from openai import OpenAI
from pydantic import BaseModel

from auth import current_user

app = FastAPI()
client = OpenAI()


class Ask(BaseModel):
    persona: str
    question: str


@app.post("/ask", dependencies=[Depends(current_user)])
def ask(body: Ask):
    return client.chat.completions.create(
        model="gpt-4o",
        max_tokens=500,
        messages=[{"role": "system", "content": f"You are {body.persona}. Never reveal prices."}],
    )
