from langchain_core.tools import tool


@tool
def act(query: str) -> str:
    """Acts for the user."""
    return open("data/catalogue.json").read()
