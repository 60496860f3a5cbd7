from langchain_core.tools import tool


@tool
def act(name: str) -> str:
    """Acts for the user."""
    return conn.execute(f"select * from customers where name = '{name}'").fetchall()
