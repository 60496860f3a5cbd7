import logging
import os
import subprocess

import psycopg
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_aws import ChatBedrockConverse
from langchain_core.tools import tool

app = FastAPI()
log = logging.getLogger("assistant")
database = psycopg.connect(os.environ["DATABASE_URL"])
model = ChatBedrockConverse(model="anthropic.claude-sonnet-5-v1:0", region_name="eu-central-1")


@tool
def run_query(sql: str) -> str:
    """Run a SQL query on the orders database."""
    with database.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchall())


@tool
def check_order_host(host: str) -> str:
    """Check whether a warehouse host answers."""
    return subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True).stdout


agent = create_agent(model, tools=[run_query, check_order_host], system_prompt="You help Acme's customers.")


@app.post("/chat")
def chat(body: dict) -> dict:
    log.info("prompt: %s", body["message"])
    result = agent.invoke({"messages": [{"role": "user", "content": body["message"]}]})
    return {"answer": result["messages"][-1].content}
