import requests
from langchain_core.tools import tool


@tool
def act(url: str) -> str:
    """Acts for the user."""
    return requests.get(url, timeout=10).text
