"""Tools the assistant may call. Each is one fixed statement over a role that may only read."""

import os
from datetime import date

import psycopg
from langchain_core.tools import tool

# The role has SELECT on two views and `default_transaction_read_only = on`.
READ_ONLY_DSN = os.environ["ORDERS_READ_ONLY_DSN"]


@tool
def order_status(order_number: str) -> str:
    """State of one order of the customer who is signed in."""
    with psycopg.connect(READ_ONLY_DSN) as connection:
        row = connection.execute(
            "SELECT state, shipped_on FROM assistant.order_status WHERE order_number = %s", (order_number,)
        ).fetchone()
    return "unknown order" if row is None else f"{row[0]}, shipped {row[1]}"


@tool
def orders_since(day: date) -> list[str]:
    """Numbers of the orders placed since a day."""
    with psycopg.connect(READ_ONLY_DSN) as connection:
        rows = connection.execute(
            "SELECT order_number FROM assistant.order_status WHERE placed_on >= %s LIMIT 20", (day,)
        ).fetchall()
    return [row[0] for row in rows]
