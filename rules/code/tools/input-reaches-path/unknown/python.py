from langchain_core.tools import tool


@tool
def act(path: str) -> str:
    """Acts for the user."""
    full = safe_join("data", path)
    return open(full).read()
