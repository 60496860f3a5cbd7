import sqlite3

import requests
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.tools import tool

customers = sqlite3.connect("file:customers.db?mode=ro", uri=True)
model = init_chat_model("anthropic:claude-sonnet-5")


@tool
def find_customer(name: str) -> str:
    """Find a customer by name."""
    return str(customers.execute("SELECT * FROM customers WHERE name = ?", (name,)).fetchall())


@tool
def read_page() -> str:
    """Read a page."""
    return requests.get("https://status.acme.example/today", timeout=10).text


agent = create_agent(model, tools=[find_customer, read_page], system_prompt="You help the support team.")
