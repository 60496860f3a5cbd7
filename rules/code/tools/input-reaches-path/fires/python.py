from langchain_core.tools import tool


@tool
def act(path: str) -> str:
    """Acts for the user."""
    return open(path).read()
