from openai import OpenAI

client = OpenAI(base_url="http://llm.acme.example/v1")
