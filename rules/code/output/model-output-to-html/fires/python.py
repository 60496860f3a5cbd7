from markupsafe import Markup
from openai import OpenAI

client = OpenAI()


def act(task: str, conn):
    answer = client.responses.create(model="gpt-4o", input=task, store=False)
    text = answer.output_text
    return Markup(text)
