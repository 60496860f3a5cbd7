import os

import psycopg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders")
database = psycopg.connect(os.environ["DATABASE_URL"])


@mcp.tool()
def query(sql: str) -> str:
    """Run SQL on the orders."""
    with database.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchall())


mcp.run()
