from fastapi import APIRouter
from openai import OpenAI

router = APIRouter()
client = OpenAI()


@router.post("/chat")
def chat(question: str):
    return client.responses.create(model="gpt-4o", input=question, store=False)
