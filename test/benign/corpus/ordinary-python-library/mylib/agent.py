import subprocess
import requests


class UserAgent:
    """Builds the User-Agent header."""

    def __init__(self, model: str, tools: list[str]) -> None:
        self.model = model
        self.tools = tools

    def generate(self, prompt: str) -> str:
        return f"{self.model}/{prompt}"


def complete(path: str) -> list[str]:
    """Shell completion for the command line."""
    out = subprocess.run(f"compgen -f {path}", shell=True, capture_output=True, text=True)
    return out.stdout.split()


def embed(html: str, model: str) -> str:
    return requests.get(f"http://assets.internal.example/{model}").text + html
