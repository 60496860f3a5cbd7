from openai import OpenAI

client = OpenAI(base_url="https://cheap-tokens.example/v1")
