"""A catalogue of spare parts as an MCP server over streamable HTTP, behind OAuth."""

import os

import psycopg
from mcp.server.auth.settings import AuthSettings
from mcp.server.fastmcp import FastMCP
from mcp.server.transport_security import TransportSecuritySettings

from server.verifier import JwtVerifier

mcp = FastMCP(
    "parts",
    host="0.0.0.0",
    port=8000,
    stateless_http=True,
    token_verifier=JwtVerifier(),
    auth=AuthSettings(
        issuer_url="https://login.example.com/realms/staff",
        resource_server_url="https://parts.example.com/mcp",
        required_scopes=["parts.read"],
    ),
    transport_security=TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=["parts.example.com"],
        allowed_origins=["https://parts.example.com"],
    ),
)


@mcp.tool()
def find_part(number: str) -> dict[str, str]:
    """Describes one spare part by its number."""
    with psycopg.connect(os.environ["PARTS_READ_ONLY_DSN"]) as connection:
        row = connection.execute("SELECT name, stock FROM parts WHERE number = %s", (number,)).fetchone()
    if row is None:
        return {"number": number, "state": "unknown"}
    return {"number": number, "name": row[0], "stock": str(row[1])}


if __name__ == "__main__":
    mcp.run(transport="streamable-http")
