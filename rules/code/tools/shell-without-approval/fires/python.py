import subprocess

from langchain_core.tools import tool


@tool
def act(command: str) -> str:
    """Acts for the user."""
    return subprocess.check_output(command, shell=True, text=True)
