import psycopg
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent

conn = psycopg.connect("postgresql://db.acme.example/crm")


@tool
def order_status(order_id: int) -> str:
    """Status of an order."""
    return conn.execute("select status from orders where id = %s", (order_id,)).fetchone()


agent = create_react_agent(ChatOpenAI(model="gpt-4o"), [order_status])
