import psycopg
from openai import OpenAI

client = OpenAI()
conn = psycopg.connect("postgresql://support:v9Kq-2mT7xLp4R@db.acme.example/crm")
