"""People who rent out flats are called agents here; nothing in this file has to do with a model."""


class Agent:
    def __init__(self, name: str, region: str) -> None:
        self.name = name
        self.region = region

    def run(self, query: str) -> str:
        return f"{self.name}: {query}"


def completion(agents: list[Agent]) -> float:
    return sum(1 for agent in agents if agent.region) / max(1, len(agents))
