"""Answers questions about the handbook from local models only."""

import os

import ollama
from qdrant_client import QdrantClient

store = QdrantClient(url=os.environ["QDRANT_URL"], api_key=os.environ["QDRANT_API_KEY"])
client = ollama.Client(host=os.environ["OLLAMA_HOST"])


def answer(question: str) -> str:
    vector = client.embed(model="nomic-embed-text:v1.5", input=question)["embeddings"][0]
    found = store.query_points("handbook", query=vector, limit=4)
    passages = "\n\n".join(point.payload["text"] for point in found.points)
    reply = client.chat(
        model="qwen3:8b",
        options={"num_predict": 512},
        messages=[
            {"role": "system", "content": "Answer from the passages. Say so when they do not hold the answer."},
            {"role": "user", "content": f"Passages:\n{passages}\n\nQuestion: {question}"},
        ],
    )
    return reply["message"]["content"]
