import subprocess

from langgraph.types import interrupt
from langchain_core.tools import tool


@tool
def act(command: str) -> str:
    """Acts for the user."""
    if not interrupt(command):
        return "refused"
    return subprocess.check_output(command, shell=True, text=True)
