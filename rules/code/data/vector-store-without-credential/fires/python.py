from openai import OpenAI
from qdrant_client import QdrantClient

client = OpenAI()
store = QdrantClient(url="https://vectors.acme.example:6333")
