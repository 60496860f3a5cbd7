import os

import psycopg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders")
database = psycopg.connect(os.environ["DATABASE_URL"])


@mcp.tool()
def order(number: int) -> str:
    """State of one order."""
    with database.cursor() as cursor:
        cursor.execute("SELECT state FROM order_states WHERE id = %s", (number,))
        return str(cursor.fetchall())


mcp.run()
