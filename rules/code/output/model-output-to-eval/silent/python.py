import ast

from openai import OpenAI

client = OpenAI()


def act(task: str, conn):
    answer = client.responses.create(model="gpt-4o", input=task, store=False)
    text = answer.output_text
    eval("1 + 1")
    return ast.literal_eval(text)
