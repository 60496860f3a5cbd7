import subprocess

from fastapi import Depends, FastAPI

from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.tools import tool

app = FastAPI()

model = init_chat_model("anthropic:claude-sonnet-5")


@tool
def restart(service: str) -> str:
    """Restart a service."""
    return subprocess.run(["systemctl", "restart", service], capture_output=True, text=True).stdout


agent = create_agent(model, tools=[restart], system_prompt="You keep the shop running.")


@app.post("/chat")
def chat(body: dict) -> dict:
    return {"answer": agent.invoke({"messages": [{"role": "user", "content": body["message"]}]})}
