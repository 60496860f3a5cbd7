import requests
from langchain_core.tools import tool


@tool
def act(query: str) -> str:
    """Acts for the user."""
    return requests.get("https://api.acme.example/orders", params={"q": query}, timeout=10).text
