import httpx
from openai import OpenAI

client = OpenAI(http_client=httpx.Client(verify="/etc/ssl/acme-ca.pem"))
